"""Seed mistakes into templates and settings, and print which check detects each."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from common.errors import PlatformError
from infra.node_runtime import use_packaged_node


def mutate(console: Console) -> None:
    """Print the mistakes with the checks that detect them.

    Raises PlatformError unless every mistake is detected and every check and custom rule detects at least one.
    """
    use_packaged_node(os.environ)
    # Importing CDK starts Node, so the choice of Node comes first.
    from checks.mutations.detection import detect, gaps, production  # noqa: PLC0415
    from checks.mutations.mutation import seeded_mutations  # noqa: PLC0415
    from checks.mutations.settings import SETTING_MISTAKES  # noqa: PLC0415

    table = Table("seeded mistake", "detected by", title="Mutation test of the checks")
    mutations = seeded_mutations()
    with TemporaryDirectory() as name, console.status(f"validating {len(mutations)} mistakes"):
        folder = Path(name)
        detections = detect(mutations, production(folder / "prod"), folder)
    for each in detections:
        table.add_row(f"{each.mutation.stack}: {each.mutation.name}", "\n".join(each.checks) or "[red]nothing[/]")
    problems = list(gaps(detections))
    for mistake in SETTING_MISTAKES:
        error = mistake.rejection()
        table.add_row(f"setting: {mistake.name}", error.partition(": received")[0] if error else "[red]nothing[/]")
        problems += [] if error else [f"the configuration accepts {mistake.name!r}"]
    console.print(table)
    console.print(f"{len(detections) + len(SETTING_MISTAKES)} mistakes, {len(problems)} problems")
    if problems:
        listed = "\n  ".join(problems)
        raise PlatformError(f"the checks have gaps; add a rule or a validation:\n  {listed}")

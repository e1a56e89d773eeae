"""Seeds mistakes into templates and settings, and prints which check catches which."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from common.errors import PlatformError
from infra.node_runtime import use_packaged_node


def mutate(console: Console) -> None:
    """Print the table of mistakes and who caught them; raises PlatformError unless each was caught."""
    use_packaged_node(os.environ)
    # Importing CDK starts Node, so the choice of Node comes first.
    from checks.mutations.catching import catch  # noqa: PLC0415
    from checks.mutations.mutation import seeded_mutations  # noqa: PLC0415
    from checks.mutations.settings import SETTING_MISTAKES  # noqa: PLC0415

    table = Table("seeded mistake", "caught by", title="Mutation check")
    mutations, uncaught = seeded_mutations(), []
    with TemporaryDirectory() as folder, console.status(f"judging {len(mutations)} mutated templates"):
        caught = catch(mutations, Path(folder))
    for each in caught:
        table.add_row(f"{each.mutation.stack}: {each.mutation.name}", "\n".join(each.checks) or "[red]nothing[/]")
        uncaught += [] if each.findings else [each.mutation.name]
    for mistake in SETTING_MISTAKES:
        refusal = mistake.refusal()
        table.add_row(f"setting: {mistake.name}", refusal.partition(": received")[0] if refusal else "[red]nothing[/]")
        uncaught += [] if refusal else [mistake.name]
    console.print(table)
    console.print(f"{len(caught) + len(SETTING_MISTAKES)} mistakes, {len(uncaught)} uncaught")
    if uncaught:
        raise PlatformError(f"no check catches {', '.join(uncaught)}; add a rule below checks/rules or a validation")

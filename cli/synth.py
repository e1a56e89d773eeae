"""Synthesizes every environment in one process and prints what the checks found."""

import json
import os
import sys

from rich.console import Console
from rich.table import Table

from embedded.errors import EmbeddedError
from embedded.paths import REPOSITORY
from infra.environments import ENVIRONMENTS
from infra.node_runtime import use_packaged_node


def synth_and_check(console: Console, *, as_json: bool) -> None:
    """Write `cdk.out/<environment>/` and print findings as counts; raises EmbeddedError unless all are 0."""
    use_packaged_node(os.environ)
    sys.path.insert(0, str(REPOSITORY))
    # Importing CDK starts Node, so the choice of Node comes first.
    from app import placed  # noqa: PLC0415
    from checks.checked_synth import check  # noqa: PLC0415

    configs = [placed(name, os.environ) for name in ENVIRONMENTS]
    with console.status(f"synthesizing and checking {', '.join(ENVIRONMENTS)}"):
        results = check(configs, REPOSITORY / "cdk.out")
    if as_json:
        console.print_json(json.dumps({result.environment: result.counts for result in results}))
    else:
        table = Table("environment", *results[0].counts, title="Findings in the templates")
        for result in results:
            table.add_row(result.environment, *(str(count) for count in result.counts.values()))
        console.print(table)
    problems = [finding for result in results for finding in (*result.lint, *result.validation, *result.nag)]
    if problems:
        listed = "; ".join(f"{each.rule} at {each.where}: {each.what}" for each in problems[:5])
        raise EmbeddedError(f"{len(problems)} findings in the templates, allowed are none: {listed}")

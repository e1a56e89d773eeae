"""Rehearses a deployment on an emulator and prints what was seen and what was left out."""

import os

from rich.console import Console
from rich.table import Table

from common.paths import StatePaths
from infra.node_runtime import use_packaged_node
from operations.cdk import cdk_command


def rehearse_deployment(paths: StatePaths, console: Console) -> None:
    """Deploy, diff, update and destroy dev; raises PlatformError when what exists is not what it should be."""
    use_packaged_node(os.environ)
    # Importing CDK starts Node, so the choice of Node comes first.
    from operations.rehearsal.deployment import rehearse  # noqa: PLC0415

    with console.status("deploying, updating and destroying dev on an emulator"):
        done = rehearse(cdk_command(), paths.root / "emulated-deploy")
    steps = Table("cdk", "seconds", "seen through the services' APIs", title="Rehearsed deployment of dev")
    for step in done.steps:
        steps.add_row(step.name, f"{step.seconds:.1f}", step.seen)
    console.print(steps)
    dropped = Table("left out: the emulator has no such resource", "resources", title="Not rehearsed")
    for kind, count in done.stripped.dropped.items():
        dropped.add_row(kind, str(count))
    dropped.add_row("container images", "all")
    console.print(dropped)

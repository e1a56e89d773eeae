"""Rehearse a deployment on an emulator and print the steps and the resources left out."""

import os

from rich.console import Console
from rich.table import Table

from common.paths import StatePaths
from infra.node_runtime import use_packaged_node
from operations.cdk import cdk_command


def rehearse_deployment(paths: StatePaths, console: Console) -> None:
    """Create, diff, update and remove dev; raises PlatformError if a step has an unexpected result."""
    use_packaged_node(os.environ)
    # Importing CDK starts Node, so the choice of Node comes first.
    from operations.rehearsal.deployment import rehearse  # noqa: PLC0415
    from operations.rehearsal.failing import FAILURE  # noqa: PLC0415

    with console.status("creating each stack of dev twice, updating and removing dev on an emulator"):
        rehearsal = rehearse(cdk_command(), paths.root / "emulated-deploy")
    attempts = Table("stack", "rolled back", title=f"First creation of each stack, with {FAILURE} as its last resource")
    for name in ("first attempt", "second attempt"):
        attempts.add_column(name, no_wrap=True)
    attempts.add_column("changes between")
    attempts.add_column("seconds")
    for each in rehearsal.attempts:
        statuses, changes = (each.first, each.second), str(len(each.cleared))
        attempts.add_row(each.purpose, str(each.resources), *statuses, changes, f"{each.seconds:.1f}")
    console.print(attempts)
    steps = Table("cdk", "seconds", "result", title="Rehearsed deployment of dev")
    for step in rehearsal.steps:
        steps.add_row(step.name, f"{step.seconds:.1f}", step.result)
    console.print(steps)
    omitted = Table("resource type not supported by the emulator", "resources", title="Not rehearsed")
    for name, count in rehearsal.omitted.items():
        omitted.add_row(name, str(count))
    omitted.add_row("container images", "all")
    console.print(omitted)

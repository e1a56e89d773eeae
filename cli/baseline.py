"""Update the committed baselines and print what was written."""

import os
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from common.paths import REPOSITORY
from infra.node_runtime import use_packaged_node


def update_baselines(console: Console) -> None:
    """Write the baselines that checks/ compares with; raises PlatformError for a change that they do not allow."""
    use_packaged_node(os.environ)
    # Importing CDK starts Node, so the choice of Node comes first.
    from checks.baselines.update import (  # noqa: PLC0415
        update_field_id_baselines,
        update_identity_baselines,
        update_schema_baselines,
    )

    _print(console, update_schema_baselines(), "feature group")
    _print(console, update_field_id_baselines(), "table")
    with console.status("synthesizing"):
        written = update_identity_baselines()
    _print(console, written, "stateful resource")


def _print(console: Console, written: Mapping[Path, int], noun: str) -> None:
    for path, count in written.items():
        console.print(f"{path.relative_to(REPOSITORY)}: {count} {noun}{'' if count == 1 else 's'}", highlight=False)

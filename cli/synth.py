"""Synthesizes every environment in one process; `cli/verify.py` judges what it writes."""

import os
import sys

from rich.console import Console

from embedded.paths import REPOSITORY
from infra.environments import ENVIRONMENTS
from infra.node_runtime import use_packaged_node


def synth(console: Console) -> None:
    """Write `cdk.out/<environment>/` for every environment, placed as `app.py` says."""
    use_packaged_node(os.environ)
    sys.path.insert(0, str(REPOSITORY))
    # Importing CDK starts Node, so the choice of Node comes first.
    from app import placed  # noqa: PLC0415
    from stacks.synth import synthesize  # noqa: PLC0415

    for name in synthesize([placed(name, os.environ) for name in ENVIRONMENTS], REPOSITORY / "cdk.out"):
        console.print(f"{name}: cdk.out/{name}")

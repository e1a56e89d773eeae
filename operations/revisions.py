"""Synthesizes a revision of this repository and its working tree, with the installed packages of this checkout."""

import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from common.environment import process_variables
from common.errors import PlatformError
from operations.template_diff import Difference, find_differences, read_templates

_SYNTHESIZE = (sys.executable, "-m", "cli", "synth")
_SHOWN_CHARACTERS = 2000

#: Writes `cdk.out/<environment>/` below a checkout for each environment.
Synthesize = Callable[[Path, Sequence[str]], None]


def compare_templates(
    repository: Path, base: str, environments: Sequence[str], synthesize: Synthesize | None = None
) -> list[Difference]:
    """List the template differences between a revision and the working tree.

    The revision is unpacked into a temporary folder, so that nothing of it is left behind and the repository keeps no
    additional worktree. Raises PlatformError when the revision does not exist or a synthesis fails.
    """
    synthesize = synthesize or run_synthesis
    commit = resolve(repository, base)
    with tempfile.TemporaryDirectory(prefix="templates-") as folder:
        tree = Path(folder)
        unpack(repository, commit, tree)
        with ThreadPoolExecutor() as pool:
            for done in [pool.submit(synthesize, checkout, environments) for checkout in (tree, repository)]:
                done.result()
        before, after = (read_templates(checkout / "cdk.out", environments) for checkout in (tree, repository))
    return find_differences(before, after)


def resolve(repository: Path, revision: str) -> str:
    """Return the commit that a revision names; raises PlatformError when it names none."""
    done = _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if done.returncode:
        raise PlatformError(
            f"BASE: received {revision!r}; allowed is a commit, branch or tag of this repository (`git log` lists them)"
        )
    return done.stdout.decode().strip()


def unpack(repository: Path, commit: str, folder: Path) -> None:
    """Write the files of a commit into a folder, with this checkout's environments beside them."""
    done = _git(repository, "archive", "--format=tar", commit)
    if done.returncode:
        raise PlatformError(f"git archive {commit} failed: {done.stderr.decode().strip()}")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    (folder / ".venv").symlink_to(repository / ".venv")


def run_synthesis(checkout: Path, environments: Sequence[str]) -> None:
    """Run the checkout's own `cli synth`; raises PlatformError with the end of its output when it fails."""
    done = subprocess.run(
        [*_SYNTHESIZE, *environments],
        cwd=checkout,
        env=process_variables(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PlatformError(
            f"synthesis in {checkout} failed: {(done.stdout + done.stderr)[-_SHOWN_CHARACTERS:].strip()}"
        )


def _git(repository: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], cwd=repository, capture_output=True, check=False)

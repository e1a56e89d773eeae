"""Synthesize the dev templates that define the local platform, once per version of the code."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from common.environment import process_variables
from common.errors import PlatformError
from common.paths import MAIN_PYTHON, REPOSITORY, cache_folder

_INPUTS = ("app.py", "cdk.json", "uv.lock", "infra", "stacks", "jobs", "requirements")
_IGNORED = {".pyc"}
_KEPT_ASSEMBLIES = 3


def dev_assembly() -> Path:
    """Return the cloud assembly of the dev environment, synthesized again only if code or lock file changed."""
    folder = cache_folder() / "dev-assemblies"
    folder.mkdir(exist_ok=True)
    assembly = folder / _fingerprint()
    if not (assembly / "manifest.json").exists():
        part = folder / f"part-{os.getpid()}"
        environment = process_variables({"PLATFORM_ENVIRONMENT": "dev", "CDK_OUTDIR": str(part)})
        done = subprocess.run(
            [str(MAIN_PYTHON), "app.py"], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise PlatformError(f"synthesizing dev failed: {done.stderr.strip()[-800:]}")
        shutil.rmtree(assembly, ignore_errors=True)
        part.replace(assembly)
        _delete_oldest(folder)
    return assembly


def _delete_oldest(folder: Path) -> None:
    """Delete all assemblies but the newest few: another local platform may still use an older one."""
    for old in sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)[:-_KEPT_ASSEMBLIES]:
        shutil.rmtree(old, ignore_errors=True)


def _fingerprint() -> str:
    """Return a hash of all files that influence the templates."""
    digest = hashlib.sha256()
    for name in _INPUTS:
        path = REPOSITORY / name
        files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        for file in files:
            if file.suffix not in _IGNORED and "__pycache__" not in file.parts:
                digest.update(str(file.relative_to(REPOSITORY)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]

"""The wheels that DAG files need and the MWAA image lacks: MWAA's plugins.zip, checked against its lock.

Pure Python: the command that builds the bundle and the stack that publishes it share it.
"""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

from infra.config.validation import require

BUILD = "python -m cli airflow-bundle"


def locked_hashes(lock: str) -> dict[str, frozenset[str]]:
    """The SHA-256 hashes that the lock allows for each `name==version` it lists."""
    lines = (line for line in lock.replace("\\\n", " ").splitlines() if line.strip() and not line.startswith("#"))
    listed = (line.split() for line in lines)
    return {words[0]: frozenset(word.removeprefix("--hash=sha256:") for word in words[1:]) for words in listed}


def read_bundle(lock: Path, archive: Path) -> bytes | None:
    """The built archive, or None when the image lacks nothing; raises ConfigError unless it is what the lock says."""
    wanted = locked_hashes(lock.read_text())
    if not wanted:
        return None
    allowed = f"the wheels of {lock.name}; build them with {BUILD}"
    require(archive.is_file(), archive.name, "no such file", allowed)
    found = wheel_hashes(archive)
    unknown = sorted(name for name, digest in found.items() if not any(digest in hashes for hashes in wanted.values()))
    missing = sorted(name for name, hashes in wanted.items() if hashes.isdisjoint(found.values()))
    require(not unknown and not missing, archive.name, f"unknown {unknown}, missing {missing}", allowed)
    return archive.read_bytes()


def wheel_hashes(archive: Path) -> Mapping[str, str]:
    """The SHA-256 hash of every file in the archive by its name."""
    with zipfile.ZipFile(archive) as content:
        return {name: hashlib.sha256(content.read(name)).hexdigest() for name in content.namelist()}

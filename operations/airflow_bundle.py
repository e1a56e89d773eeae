"""Builds MWAA's plugins.zip: the locked wheels that the image lacks, for the image's platform and no other."""

import subprocess
import zipfile
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from common.errors import PlatformError
from common.paths import REPOSITORY
from infra.orchestration.airflow_bundle import locked_hashes
from operations.airflow_requirements import PLATFORM, PYTHON, refuse_airflow_itself

_PIP = REPOSITORY / ".venv" / "tools" / "bin" / "python"
#: Tags a wheel for the image may have; pip takes each as it is written.
_PLATFORMS = [f"{each}_x86_64" for each in (PLATFORM, "manylinux_2_17", "manylinux2014")]
_VERSION = tuple(int(part) for part in PYTHON.split("."))
#: The zip format's first moment: equal wheels make equal bytes whenever they are packed.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def build_bundle(lock: Path, archive: Path) -> list[str]:
    """Download the wheels of the lock and pack them; returns their names, and leaves no archive when there are none."""
    archive.unlink(missing_ok=True)
    pins = locked_hashes(lock.read_text())
    refuse_airflow_itself(pins)
    if not pins:
        return []
    with TemporaryDirectory() as folder:
        _download(lock, Path(folder))
        wheels = sorted(Path(folder).iterdir())
        require_tags(wheel.name for wheel in wheels)
        pack(wheels, archive)
    return [wheel.name for wheel in wheels]


def require_tags(names: Iterable[str]) -> None:
    """Raise PlatformError unless every file is a wheel that the image can install."""
    supported = frozenset(_supported())
    unfit = sorted(name for name in names if supported.isdisjoint(_tags(name)))
    if unfit:
        raise PlatformError(
            f"bundle for MWAA: received {unfit}; allowed are wheels for Python {PYTHON} on {_PLATFORMS}"
        )


def pack(wheels: Iterable[Path], archive: Path) -> None:
    """Write the wheels into a zip whose bytes depend on nothing but them."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as content:
        for wheel in sorted(wheels):
            entry = zipfile.ZipInfo(wheel.name, _EPOCH)
            entry.external_attr = 0o644 << 16
            content.writestr(entry, wheel.read_bytes())


def _download(lock: Path, folder: Path) -> None:
    command = [str(_PIP), "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--require-hashes", "--requirement", str(lock), "--dest", str(folder)]
    command += ["--implementation", "cp", "--python-version", PYTHON.replace(".", "")]
    command += [word for platform in _PLATFORMS for word in ("--platform", platform)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PlatformError(f"downloading the wheels of {lock.name} failed: {done.stderr.strip()[-800:]}")


def _supported() -> Iterable[Tag]:
    yield from cpython_tags(_VERSION, platforms=_PLATFORMS)
    yield from compatible_tags(_VERSION, interpreter=f"cp{PYTHON.replace('.', '')}", platforms=_PLATFORMS)


def _tags(name: str) -> frozenset[Tag]:
    try:
        return parse_wheel_filename(name)[3]
    except InvalidWheelFilename:
        return frozenset()

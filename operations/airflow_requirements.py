"""The requirements file that MWAA reads, resolved against the pins of its image.

`make lock` reports a conflict with the image, or a package that the image lacks, before an MWAA update fails.
"""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from common.errors import PlatformError
from common.paths import REPOSITORY
from infra.orchestration.airflow_release import REQUIREMENTS

#: The images of all versions are Amazon Linux 2023 with Python 3.12 (github.com/aws/amazon-mwaa-docker-images, read
#: 2026-11-29).
PYTHON = "3.12"
PLATFORM = "manylinux_2_28"

_UV = REPOSITORY / ".venv" / "tools" / "bin" / "uv"
#: Packages that would replace the image's own Airflow: MWAA then rebuilds its environment, or breaks it.
_AIRFLOW_ITSELF = frozenset({"apache-airflow", "apache-airflow-core", "apache-airflow-task-sdk"})


def airflow_requirements(version: str, folder: Path = REQUIREMENTS) -> str:
    """The text of `airflow-<version>.txt`, resolved from `airflow.in`.

    Raises PlatformError when a requirement is Airflow itself, conflicts with the image's pins, or needs a package that
    the image lacks: MWAA cannot reach the package index from a private network.
    """
    requirements = _lines(folder / "airflow.in")
    _reject_airflow(requirements)
    pins = resolve(requirements, folder / f"mwaa-{version}.txt")
    _reject_missing(version, pins, _lines(folder / f"mwaa-{version}-installed.txt"))
    return _requirements_text(version, requirements, pins)


def resolve(requirements: Iterable[str], constraints: Path) -> list[str]:
    """Every package that the requirements need on the image, as `name==version`.

    Raises PlatformError with the resolver's message, which names the conflicting pins.
    """
    command = [str(_UV), "pip", "compile", "-", "--constraint", str(constraints), "--quiet"]
    command += ["--python-version", PYTHON, "--python-platform", f"x86_64-{PLATFORM}", "--no-annotate", "--no-header"]
    done = subprocess.run(command, input="\n".join(requirements), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PlatformError(
            f"the requirements of DAGs conflict with the pins of {constraints.name}: {done.stderr.strip()[-1200:]}"
        )
    return [line.split(" ")[0] for line in done.stdout.splitlines() if line.strip()]


def _reject_airflow(requirements: Iterable[str]) -> None:
    rejected = sorted(requirement for requirement in requirements if _name(requirement) in _AIRFLOW_ITSELF)
    if rejected:
        raise PlatformError(
            f"requirements for MWAA: received {rejected}; allowed is any package except Airflow itself, "
            "whose version the environment's setting chooses"
        )


def _reject_missing(version: str, pins: Iterable[str], installed: Iterable[str]) -> None:
    available = {_name(line) for line in installed}
    missing = sorted(pin for pin in pins if _name(pin) not in available)
    if missing:
        raise PlatformError(
            f"requirements for MWAA: the image of Airflow {version} lacks {missing}; allowed are packages listed in "
            f"mwaa-{version}-installed.txt. Move the import out of the DAG files into job code"
        )


def _requirements_text(version: str, requirements: Iterable[str], pins: Iterable[str]) -> str:
    """Return the file's text: constraints first, no comments, because MWAA parses one that mentions constraints."""
    versions = {_name(pin): pin.partition("==")[2] for pin in pins}
    lines = sorted(f"{re.split(r'[=<>!~ ;]', line)[0]}=={versions[_name(line)]}" for line in requirements)
    constraints = f'--constraint "/usr/local/airflow/dags/constraints-{version}.txt"'
    return "\n".join([constraints, "--no-index", *lines]) + "\n"


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]


def _name(requirement: str) -> str:
    """The normalized package name of a requirement."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[=<>!~ ;]", requirement, maxsplit=1)[0]).lower()

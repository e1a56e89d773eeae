"""What MWAA installs beside its image: resolved for that image, so that a clash is found here and not there."""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from common.errors import PlatformError
from common.paths import REPOSITORY
from infra.orchestration.airflow_bundle import locked_hashes
from infra.orchestration.airflow_release import REQUIREMENTS

#: The image is Amazon Linux 2023 with Python 3.12 (github.com/aws/amazon-mwaa-docker-images, read 2026-11-24).
PYTHON = "3.12"
PLATFORM = "manylinux_2_28"

_UV = REPOSITORY / ".venv" / "tools" / "bin" / "uv"
#: What would bring another Airflow than the image's own; MWAA rebuilds its environment then, or breaks it.
_AIRFLOW_ITSELF = frozenset({"apache-airflow", "apache-airflow-core", "apache-airflow-task-sdk"})


def airflow_files(version: str, folder: Path = REQUIREMENTS) -> dict[str, str]:
    """The file that MWAA reads and the lock of the bundle, by file name, resolved from `airflow-<version>.in`."""
    asked = _lines(folder / f"airflow-{version}.in")
    pins = resolve(asked, folder / f"mwaa-{version}.txt")
    installed = {_name(line) for line in _lines(folder / f"mwaa-{version}-installed.txt")}
    bundled = {pin: hashes for pin, hashes in pins.items() if _name(pin) not in installed}
    refuse_airflow_itself([*asked, *bundled])
    return {
        f"airflow-{version}.txt": _requirements(version, asked, pins, bundled),
        f"airflow-{version}-bundle.txt": "".join(_locked(pin, hashes) for pin, hashes in bundled.items()),
    }


def resolve(asked: Iterable[str], constraints: Path) -> dict[str, frozenset[str]]:
    """Every package the requirements need on the image, as `name==version` and its hashes.

    Raises PlatformError with the resolver's own account, which names the pins that clash.
    """
    command = [str(_UV), "pip", "compile", "-", "--constraint", str(constraints), "--generate-hashes", "--quiet"]
    command += ["--python-version", PYTHON, "--python-platform", f"x86_64-{PLATFORM}", "--no-annotate", "--no-header"]
    done = subprocess.run(command, input="\n".join(asked), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PlatformError(
            f"what DAGs need does not fit the pins of {constraints.name}: {done.stderr.strip()[-1200:]}"
        )
    return locked_hashes(done.stdout)


def refuse_airflow_itself(requirements: Iterable[str]) -> None:
    """Raise PlatformError when one of the requirements is a part of Airflow that the image brings."""
    refused = sorted(each for each in requirements if _name(each) in _AIRFLOW_ITSELF)
    if refused:
        raise PlatformError(f"requirements for MWAA: received {refused}; allowed is anything but Airflow itself")


def _requirements(version: str, asked: list[str], pins: Iterable[str], bundled: Iterable[str]) -> str:
    """No comment, and the constraints first: MWAA takes a comment that mentions them for the constraints themselves."""
    versions = {_name(pin): pin.partition("==")[2] for pin in pins}
    wanted = {_name(each): f"{re.split(r'[=<>!~ ;]', each)[0]}=={versions[_name(each)]}" for each in asked}
    wanted |= {_name(pin): pin for pin in bundled if _name(pin) not in wanted}
    wheels = ["--find-links /usr/local/airflow/plugins"] if bundled else []
    constraints = f'--constraint "/usr/local/airflow/dags/constraints-{version}.txt"'
    return "\n".join([constraints, "--no-index", *wheels, *(wanted[name] for name in sorted(wanted))]) + "\n"


def _locked(pin: str, hashes: Iterable[str]) -> str:
    return " \\\n    ".join([pin, *(f"--hash=sha256:{each}" for each in sorted(hashes))]) + "\n"


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]


def _name(requirement: str) -> str:
    """The normalized name a requirement is about."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[=<>!~ ;]", requirement, maxsplit=1)[0]).lower()

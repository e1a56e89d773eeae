"""The requirements of DAGs, resolved for the image's Python against the image's own pins."""

import subprocess
from pathlib import Path

import pytest

from common.errors import PlatformError
from common.paths import AIRFLOW_PYTHON
from infra.config.service_config import AIRFLOW_VERSIONS, DEFAULT_AIRFLOW_VERSION
from infra.orchestration.airflow_release import REQUIREMENTS
from operations.airflow_requirements import _UV, airflow_requirements
from tests.operations.wheels import add_wheel, use_index

CONSTRAINTS = '--constraint "/usr/local/airflow/dags/constraints-1.0.txt"'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Requirements for an image that pins and holds `core`, and an index with more packages."""
    (tmp_path / "mwaa-1.0.txt").write_text("core==1.0\n")
    (tmp_path / "mwaa-1.0-installed.txt").write_text("# packages of the image\ncore==1.0\n")
    index = tmp_path / "index"
    index.mkdir()
    add_wheel(index, "core", "1.0")
    add_wheel(index, "core", "2.0")
    add_wheel(index, "addon", "3.1", "core>=1", "deep")
    add_wheel(index, "deep", "0.5")
    add_wheel(index, "eager", "1.0", "core>=2")
    use_index(monkeypatch, index)
    return tmp_path


def generated(folder: Path, *requirements: str) -> str:
    (folder / "airflow.in").write_text("# imports of DAG files\n" + "\n".join(requirements) + "\n")
    return airflow_requirements("1.0", folder)


@pytest.mark.parametrize("version", AIRFLOW_VERSIONS)
def test_the_committed_file_starts_with_its_constraints_and_has_no_comment(version: str) -> None:
    lines = (REQUIREMENTS / f"airflow-{version}.txt").read_text().splitlines()
    assert lines[:2] == [f'--constraint "/usr/local/airflow/dags/constraints-{version}.txt"', "--no-index"]
    assert not [line for line in lines if "#" in line]
    pins = set((REQUIREMENTS / f"mwaa-{version}.txt").read_text().splitlines())
    assert {line.replace("[aiobotocore]", "") for line in lines[2:]} <= pins
    assert len(lines) > 2


def test_an_installation_of_the_committed_file_changes_nothing_in_the_image(tmp_path: Path) -> None:
    """MWAA runs pip with this file when a container starts; the local Airflow has the versions of the image."""
    version, constraints = DEFAULT_AIRFLOW_VERSION, "/usr/local/airflow/dags/constraints"
    text = (REQUIREMENTS / f"airflow-{version}.txt").read_text()
    own = tmp_path / "requirements.txt"
    own.write_text(text.replace(f"{constraints}-{version}.txt", str(REQUIREMENTS / f"mwaa-{version}.txt")))
    command = [str(_UV), "pip", "install", "--dry-run", "--python", str(AIRFLOW_PYTHON), "--requirements", str(own)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Would make no changes" in done.stderr


def test_packages_of_the_image_are_pinned_to_its_versions(folder: Path) -> None:
    assert generated(folder, "core[fast]>=1") == f"{CONSTRAINTS}\n--no-index\ncore[fast]==1.0\n"


def test_packages_that_the_image_lacks_are_refused_by_name(folder: Path) -> None:
    with pytest.raises(PlatformError, match=r"Airflow 1.0 lacks \['addon==3.1', 'deep==0.5'\]; allowed are packages"):
        generated(folder, "addon>=3", "core")


@pytest.mark.parametrize(
    ("requirement", "pins"),
    [("core==2.0", "core==2.0 and core==1.0"), ("eager", "eager depend on core>=2 and core==1.0")],
)
def test_a_conflict_is_reported_with_its_pins(requirement: str, pins: str, folder: Path) -> None:
    with pytest.raises(PlatformError, match=rf"(?s)conflict with the pins of mwaa-1.0.txt: .*{pins}"):
        generated(folder, requirement)


def test_another_airflow_is_refused_as_a_dependency(folder: Path) -> None:
    add_wheel(folder / "index", "apache_airflow_core", "3.1.0")
    add_wheel(folder / "index", "greedy", "1.0", "apache-airflow-core")
    with pytest.raises(PlatformError, match=r"lacks \['apache-airflow-core==3.1.0', 'greedy==1.0'\]"):
        generated(folder, "greedy")


@pytest.mark.parametrize(
    "airflow", ["apache-airflow==3.0.6", "apache_airflow_core>=3", "apache-airflow[celery]==3.0.6"]
)
def test_another_airflow_is_refused_as_a_requirement(airflow: str, folder: Path) -> None:
    with pytest.raises(PlatformError, match="allowed is any package except Airflow itself"):
        generated(folder, "core", airflow)

from pathlib import Path

import aws_cdk as cdk
import pytest

from infra.environments import DEV
from infra.names import PlatformNames
from infra.orchestration import airflow_files
from infra.orchestration.airflow_files import DAG_PACKAGES, AirflowFiles, airflow_requirements, dag_sources


def published(folder: Path) -> AirflowFiles:
    stack = cdk.Stack(cdk.App(outdir=str(folder)), "Probe")
    return AirflowFiles(stack, "Files", names=PlatformNames.of(DEV), version="3.0.6")


def test_equal_files_have_equal_paths(tmp_path: Path) -> None:
    first, second = published(tmp_path / "1"), published(tmp_path / "2")
    assert (first.dag_path, first.requirements_path) == (second.dag_path, second.requirements_path)


@pytest.mark.parametrize("change", [{"jobs/dags/new.py": "x = 1"}, {"jobs/__init__.py": "# changed"}])
def test_one_changed_file_changes_the_folder_and_not_the_requirements(
    change: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = published(tmp_path / "1")
    monkeypatch.setattr(airflow_files, "dag_sources", lambda: {**dag_sources(), **change})
    after = published(tmp_path / "2")
    assert before.dag_path != after.dag_path
    assert before.requirements_path == after.requirements_path


def test_only_what_dags_import_reaches_a_scheduler() -> None:
    folders = {Path(path).parts[1] for path in dag_sources() if len(Path(path).parts) > 2}
    assert folders == set(DAG_PACKAGES)
    assert all(path.endswith(".py") for path in dag_sources())


def test_requirements_name_the_constraints_first() -> None:
    assert airflow_requirements("pins.txt").splitlines()[0] == '--constraint "/usr/local/airflow/dags/pins.txt"'

"""The files of a release are enough for Airflow to find its DAGs, as on MWAA."""

import json
from pathlib import Path

import pytest

from infra.config.service_config import DEFAULT_AIRFLOW_VERSION
from infra.orchestration.airflow_release import MANIFEST, AirflowRelease
from jobs.contracts.pipeline import load_pipelines
from tests.jobs.dags.conftest import in_airflow

_PARSE = """
import json

try:
    from airflow.dag_processing.dagbag import DagBag
except ModuleNotFoundError:  # Airflow 3.0
    from airflow.models.dagbag import DagBag

bag = DagBag(".")
print(json.dumps({"found": sorted(bag.dags), "errors": {path: text for path, text in bag.import_errors.items()}}))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The DAG folder of a release, alone."""
    for path, text in AirflowRelease.of_repository(DEFAULT_AIRFLOW_VERSION).dags.items():
        file = tmp_path / "release" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "release"


def parsed(folder: Path, home: Path) -> dict[str, object]:
    (home / "parse.py").write_text(_PARSE)
    output = in_airflow("parse", home=home, folder=folder, PYTHONPATH=str(home))
    line = next(line for line in output.splitlines() if line.startswith('{"found"'))
    found: dict[str, object] = json.loads(line)
    return found


def test_airflow_finds_the_dags_of_a_release_in_its_files_alone(folder: Path, tmp_path: Path) -> None:
    wanted = json.loads((folder / MANIFEST).read_text())["dags"]
    assert parsed(folder, tmp_path) == {"found": wanted, "errors": {}}


def test_a_broken_pipeline_loses_its_own_dags_alone(folder: Path, tmp_path: Path) -> None:
    broken, *others = load_pipelines()
    (folder / f"jobs/pipelines/{broken.name}/pipeline.py").write_text("import nothing_of_that_name")
    found = parsed(folder, tmp_path)
    assert found["found"] == sorted(dag_id for pipeline in others for dag_id in pipeline.dag_ids)
    assert "nothing_of_that_name" in str(found["errors"])

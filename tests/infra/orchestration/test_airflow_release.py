import json
import os
import subprocess
from pathlib import Path

import pytest

from infra.config.service_config import DEFAULT_AIRFLOW_VERSION
from infra.orchestration import airflow_release
from infra.orchestration.airflow_release import DAG_PACKAGES, IGNORE_FILE, MANIFEST, AirflowRelease, dag_sources
from jobs.contracts.pipeline import load_pipelines
from local.services.dag_run import DAGS

STARTUP = Path(airflow_release.__file__).with_name("startup.sh")


def test_a_release_is_the_same_whenever_it_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first = AirflowRelease.of_repository(DEFAULT_AIRFLOW_VERSION)
    monkeypatch.chdir(tmp_path)
    assert AirflowRelease.of_repository(DEFAULT_AIRFLOW_VERSION) == first
    assert AirflowRelease.of_repository(DEFAULT_AIRFLOW_VERSION).dag_digest == first.dag_digest


def test_one_byte_of_a_dag_makes_another_release(monkeypatch: pytest.MonkeyPatch) -> None:
    before = AirflowRelease.of_repository(DEFAULT_AIRFLOW_VERSION)
    path = "jobs/dags/data_dag.py"
    changed = {**dag_sources(), path: before.dags[path] + "\n"}
    monkeypatch.setattr(airflow_release, "dag_sources", lambda: changed)
    after = AirflowRelease.of_repository(DEFAULT_AIRFLOW_VERSION)
    assert after.dag_digest != before.dag_digest
    assert (after.requirements, after.startup) == (before.requirements, before.startup)


def test_only_what_dags_import_reaches_a_scheduler() -> None:
    folders = {Path(path).parts[1] for path in dag_sources() if len(Path(path).parts) > 2}
    assert folders == set(DAG_PACKAGES)
    assert all(path.endswith(".py") for path in dag_sources())


def test_the_manifest_names_the_dags_of_all_pipelines() -> None:
    manifest = json.loads(AirflowRelease.of_repository(DEFAULT_AIRFLOW_VERSION).dags[MANIFEST])
    assert manifest == {"dags": sorted(dag_id for pipeline in load_pipelines() for dag_id in pipeline.dag_ids)}


def test_a_release_and_the_local_platform_search_the_same_files_for_dags() -> None:
    release = AirflowRelease.of_repository(DEFAULT_AIRFLOW_VERSION)
    assert release.dags[IGNORE_FILE] == (DAGS / ".airflowignore").read_text()
    assert [path for path in release.dags if path.endswith(".airflowignore")] == [IGNORE_FILE]


def started(script: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """What a container does with the script: source it, then hand on its environment."""
    wrapper = f"source /dev/stdin <<'SCRIPT'\n{script}\nSCRIPT\nenv -0"
    environ = {"PATH": os.environ["PATH"], **settings}
    return subprocess.run(["bash", "-c", wrapper], env=environ, capture_output=True, text=True, check=False)


def test_the_start_script_hands_on_its_settings_and_no_secret() -> None:
    plain = started("true", AIRFLOW__PLATFORM__ENVIRONMENT="dev").stdout.split("\0")
    done = started(STARTUP.read_text(), AIRFLOW__PLATFORM__ENVIRONMENT="dev")
    added = dict(pair.split("=", 1) for pair in set(done.stdout.split("\0")) - set(plain))
    assert added == {"AWS_STS_REGIONAL_ENDPOINTS": "regional", "AWS_RETRY_MODE": "standard", "AWS_MAX_ATTEMPTS": "10"}


@pytest.mark.parametrize("script", [STARTUP.read_text() + "\nfalse\n", STARTUP.read_text() + "\necho $UNKNOWN\n"])
def test_a_start_script_that_stops_halfway_leaves_no_environment(script: str) -> None:
    done = started(script, AIRFLOW__PLATFORM__ENVIRONMENT="dev")
    assert (done.returncode, done.stdout) == (1, "")


def test_a_container_without_settings_does_not_start() -> None:
    done = started(STARTUP.read_text())
    assert (done.returncode != 0, done.stdout) == (True, "")
    assert "the environment has no platform settings" in done.stderr

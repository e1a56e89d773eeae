"""Checked operators: a job's own state decides, its reason is told, and nothing outlives its task."""

from typing import Any

import pytest

KINDS = ("training job", "tuning job", "transform job", "processing job")


@pytest.fixture
def outcomes(airflow_report: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = airflow_report["jobs"]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_only_a_completed_job_is_a_success(outcomes: dict[str, Any], kind: str) -> None:
    assert outcomes[f"{kind}:Completed:returned"] == {"result": {"done": True}, "calls": []}
    for state in ("Failed", "Stopped", "InProgress", "absent"):
        assert outcomes[f"{kind}:{state}:returned"]["error"].startswith(f"{kind} job-1 {state}: ")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ending", ["returned", "raised"])
def test_the_job_s_own_reason_is_told(outcomes: dict[str, Any], kind: str, ending: str) -> None:
    assert outcomes[f"{kind}:Failed:{ending}"]["error"] == f"{kind} job-1 Failed: out of memory"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("ending", ["returned", "raised"])
def test_a_job_that_still_runs_is_stopped(outcomes: dict[str, Any], kind: str, ending: str) -> None:
    assert outcomes[f"{kind}:InProgress:{ending}"]["calls"] == ["stop"]
    for state in ("Completed", "Failed", "Stopped", "absent"):
        assert outcomes[f"{kind}:{state}:{ending}"]["calls"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_refused_request_keeps_its_own_error(outcomes: dict[str, Any], kind: str) -> None:
    assert outcomes[f"{kind}:absent:raised"]["error"] == "took too long"


def test_a_failed_step_says_why_and_is_not_cancelled(airflow_report: dict[str, Any]) -> None:
    steps = airflow_report["steps"]
    assert steps["COMPLETED"] == {"result": ["s-1"], "calls": ["cancel s-0"]}
    for state in ("FAILED", "CANCELLED"):
        error = f"step ingest (s-1 on j-1) {state}: month 2013-03 is empty"
        assert steps[state] == {"error": error, "calls": ["cancel s-0"], "retried": True}


def test_a_step_is_not_repeated_on_a_cluster_that_has_ended(airflow_report: dict[str, Any]) -> None:
    dead = airflow_report["steps"]["dead"]
    assert dead["retried"] is False
    assert dead["error"].startswith("cluster j-1 is TERMINATED_WITH_ERRORS and runs no more steps: ")
    assert dead["error"].endswith("clear this task, with which Airflow creates a new cluster")


def test_a_job_that_refuses_its_input_is_not_repeated(airflow_report: dict[str, Any]) -> None:
    refused = airflow_report["steps"]["refused"]
    assert refused["retried"] is False
    assert refused["error"].endswith("ingest refused: month 2013-03 is empty")


def test_a_try_ends_the_jobs_that_lost_workers_left_behind(airflow_report: dict[str, Any]) -> None:
    assert airflow_report["left"] == ["stop train-1", "create while train-1 is Stopped"]


def test_a_step_that_outlasts_its_waiter_is_cancelled(airflow_report: dict[str, Any]) -> None:
    assert airflow_report["steps"]["RUNNING"]["calls"] == ["cancel s-0", "cancel s-1"]


def test_a_cluster_whose_creation_task_fails_is_terminated(airflow_report: dict[str, Any]) -> None:
    assert airflow_report["ended_clusters"] == ["j-1"]


def test_a_serverless_run_uses_the_published_application_tells_its_reason_and_never_outlives_its_task(
    airflow_report: dict[str, Any],
) -> None:
    found = airflow_report["serverless"]
    left = "cancel app-1 r-0"
    assert found["FAILED"] == {"error": "job run run-2 (r-1) FAILED: out of memory", "calls": [left]}
    assert found["RUNNING"]["calls"] == [left, "cancel app-1 r-1"]


def test_a_glue_run_tells_its_reason_and_never_outlives_its_task(airflow_report: dict[str, Any]) -> None:
    found = airflow_report["glue"]
    left = "stop ['r-0']"
    assert found["FAILED"] == {"error": "Glue job publish (r-1) FAILED: out of memory", "calls": [left]}
    assert found["RUNNING"]["calls"] == [left, "stop ['r-1']"]


def test_trials_that_finished_before_the_time_limit_of_tuning_are_kept(airflow_report: dict[str, Any]) -> None:
    found = airflow_report["tuning"]
    assert found["done"] == {"result": {"Tuning": "done"}}
    assert found["limit"] == {"result": {"Tuning": {"HyperParameterTuningJobName": "tune-1"}}}
    assert found["none"] == found["person"] == {"error": "tuning job tune-1 Stopped: no reason given"}

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from common.paths import StatePaths
from local.executors.jobs import FAILED, Job
from local.failure import Failure, failure_of

START = datetime(2026, 3, 1, 10, tzinfo=UTC)


def task(name: str, state: str, begin: int, end: int, **values: str) -> dict[str, Any]:
    times = {
        "start": (START + timedelta(seconds=begin)).isoformat(),
        "end": (START + timedelta(seconds=end)).isoformat(),
    }
    return {"event": "task", "task_id": name, "state": state, **times, **values}


def store(paths: StatePaths, name: str, *, seconds: int, failure: str) -> None:
    created = (START + timedelta(seconds=seconds)).timestamp()
    job = Job("emr-step", name, {}, FAILED, created, created, created + 1, failure, f"/logs/{name}.log")
    (paths.jobs / "emr-step").mkdir(exist_ok=True)
    (paths.jobs / "emr-step" / f"{name}.json").write_text(json.dumps(asdict(job)))


EVENTS = [
    task("ingest", "success", 0, 10),
    task("cleanse", "failed", 11, 20, reason="step cleanse (s-1 on j-1) FAILED: cleanse failed: too few rows"),
    task("features", "upstream_failed", 20, 20),
    {
        "event": "dag",
        "dag_id": "data",
        "state": "failed",
        "log": "/airflow/data.log",
        "reason": "task cleanse: step cleanse",
    },
]


def test_the_failure_is_the_sentence_of_the_job_that_the_failed_task_started(tmp_path: Path) -> None:
    paths = StatePaths(tmp_path)
    store(paths, "tolerated", seconds=5, failure="of an earlier task")
    store(paths, "s-1", seconds=12, failure="cleanse failed: too few rows (exit code 1)")

    failure = failure_of(EVENTS, paths)

    assert failure == Failure("data", "cleanse", "cleanse failed: too few rows (exit code 1)", "/logs/s-1.log")


def test_a_task_without_a_job_has_its_own_reason_and_airflow_s_log(tmp_path: Path) -> None:
    failure = failure_of(EVENTS, StatePaths(tmp_path))

    assert failure is not None
    assert failure.reason == EVENTS[1]["reason"]
    assert failure.log == "/airflow/data.log"


def test_a_run_that_succeeded_has_no_failure(tmp_path: Path) -> None:
    assert failure_of([{"event": "dag", "dag_id": "data", "state": "success"}], StatePaths(tmp_path)) is None

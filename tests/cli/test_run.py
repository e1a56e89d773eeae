import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cli import run
from common.paths import StatePaths
from local.run_plan import RunPlan

PLAN = RunPlan.of("2013-01", "2013-04", test_months=1, trials=1)
ENDPOINTS = SimpleNamespace(
    object_store=SimpleNamespace(client=None),
    names=SimpleNamespace(bucket=str),
    settings=lambda **_: None,
    airflow_environment=lambda *_: {},
)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The calls of a run in order, with a platform and DAGs that only record them."""
    calls: list[str] = []

    class Platform:
        def __init__(self, *_: Any, **__: Any) -> None:
            pass

        def start(self) -> SimpleNamespace:
            calls.append("start")
            return ENDPOINTS

        def update(self, endpoints: SimpleNamespace) -> SimpleNamespace:
            calls.append("update")
            return endpoints

        def wait_for_tracking(self, _endpoints: Any) -> None:
            calls.append("wait for MLflow")

        def stop(self) -> None:
            calls.append("stop")

    def run_dag(dag_id: str, *_: Any, **__: Any) -> list[Any]:
        calls.append(dag_id)
        return []

    def collect(*_: Any) -> dict[str, Any]:
        calls.append("collect")
        return {"pipeline": "flight_delay"}

    monkeypatch.setattr(run, "LocalPlatform", Platform)
    monkeypatch.setattr(run, "running_endpoints", lambda _: None)
    monkeypatch.setattr(run, "read_files", lambda *_: {})
    monkeypatch.setattr(run, "land_files", lambda *_: calls.append("upload"))
    monkeypatch.setattr(run, "run_dag", run_dag)
    monkeypatch.setattr(run, "collect", collect)
    monkeypatch.setattr(run, "write_report", lambda *_: calls.append("report"))
    monkeypatch.setattr(run, "print_summary", lambda *_: None)
    return calls


def lifecycle(folder: Path, *, data_only: bool) -> dict[str, Any]:
    return run.run_lifecycle(StatePaths(folder), PLAN, mlflow_port=0, data_only=data_only, quiet=True)


def test_a_run_executes_both_dags_and_stops_what_it_started(tmp_path: Path, calls: list[str]) -> None:
    summary = lifecycle(tmp_path, data_only=False)

    dags = ["flight_delay_data", "wait for MLflow", "flight_delay_training"]
    assert calls == ["start", "upload", *dags, "collect", "report", "stop"]
    assert list(summary) == ["pipeline", "plan", "steps", "report"]
    assert summary["plan"]["test"] == ("2013-04",)
    assert [step["state"] for step in summary["steps"]] == ["success", "success", "success", "running"]
    assert json.loads((tmp_path / "summary.json").read_text())["report"] == str(tmp_path / "report.html")


def test_a_run_of_the_data_dag_waits_for_the_registry_that_its_summary_lists(tmp_path: Path, calls: list[str]) -> None:
    lifecycle(tmp_path, data_only=True)

    assert calls == ["start", "upload", "flight_delay_data", "wait for MLflow", "collect", "report", "stop"]


def test_a_running_platform_is_updated_to_the_current_code_and_left_running(
    tmp_path: Path, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "running_endpoints", lambda _: ENDPOINTS)

    lifecycle(tmp_path, data_only=True)

    assert calls[:2] == ["update", "upload"]
    assert not {"start", "stop"} & set(calls)


def test_the_platform_is_stopped_if_a_dag_fails(
    tmp_path: Path, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ValueError("task failed")

    monkeypatch.setattr(run, "run_dag", fail)

    with pytest.raises(ValueError, match="task failed"):
        lifecycle(tmp_path, data_only=True)

    assert calls == ["start", "upload", "stop"]

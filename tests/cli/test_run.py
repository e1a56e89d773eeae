import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from cli import run
from cli.terminal import print_summaries
from common.errors import PlatformError
from common.paths import StatePaths
from jobs.contracts.pipeline import pipeline_names
from jobs.contracts.tables import ContractError
from local.run_plan import DATA, KINDS, RunOptions
from local.services.dag_part import Part
from tests.reports import report_sample

PIPELINE = pipeline_names()[0]
DAGS = [f"{PIPELINE}_{kind}" for kind in KINDS]
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
        return [{"event": "dag", "dag_id": dag_id, "state": "success"}]

    def collect(_paths: Any, _endpoints: Any, plan: Any, _events: Any, failure: Any) -> dict[str, Any]:
        calls.append("collect")
        return {"pipeline": plan.pipeline, "failure": failure and vars(failure)}

    monkeypatch.setattr(run, "LocalPlatform", Platform)
    monkeypatch.setattr(run, "running_endpoints", lambda _: None)
    monkeypatch.setattr(run, "read_files", lambda *_: {"key": b""})
    monkeypatch.setattr(run, "land_files", lambda *_: calls.append("upload"))
    monkeypatch.setattr(run, "run_dag", run_dag)
    monkeypatch.setattr(run, "collect", collect)
    monkeypatch.setattr("reports.records.write_report", lambda *_: calls.append("report"))
    monkeypatch.setattr(run, "print_summaries", lambda *_: None)
    return calls


def lifecycle(folder: Path, *pipelines: str, **options: Any) -> list[dict[str, Any]]:
    return run.run_pipelines(
        StatePaths(folder), pipelines or (PIPELINE,), RunOptions(**options), mlflow_port=0, quiet=True
    )


def test_a_run_executes_all_dags_and_stops_what_it_started(tmp_path: Path, calls: list[str]) -> None:
    (summary,) = lifecycle(tmp_path)

    executed = [call for call in calls if call != "wait for MLflow"]
    assert executed == ["start", "upload", *DAGS, "collect", "report", "stop"]
    assert calls.index("wait for MLflow") < calls.index(DAGS[1])
    assert {step["state"] for step in summary["steps"][:-1]} == {"success"}
    assert summary["steps"][0]["step"] == "start the local platform"
    stored = json.loads((tmp_path / "pipelines" / PIPELINE / "summary.json").read_text())
    assert stored["report"] == str(tmp_path / "pipelines" / PIPELINE / "report.html")
    assert f"{PIPELINE}/report.html" in (tmp_path / "report.html").read_text()


def test_a_running_platform_is_updated_to_the_current_code_and_left_running(
    tmp_path: Path, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "running_endpoints", lambda _: ENDPOINTS)

    lifecycle(tmp_path, kinds=(DATA,))

    assert calls[:2] == ["update", "upload"]
    assert not {"start", "stop"} & set(calls)


def failed(dag_id: str, *_: Any, **__: Any) -> list[Any]:
    task = {"event": "task", "task_id": "ingest", "state": "failed", "reason": "no rows", "start": None, "end": None}
    return [task, {"event": "dag", "dag_id": dag_id, "state": "failed", "log": "/airflow/dag.log"}]


def test_the_dags_after_a_failed_one_do_not_run_and_the_failure_is_written(
    tmp_path: Path, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "run_dag", failed)

    (summary,) = lifecycle(tmp_path)

    assert summary["failure"]["reason"] == "no rows"
    assert (summary["failure"]["dag_id"], summary["failure"]["task_id"]) == (DAGS[0], "ingest")
    assert json.loads((tmp_path / "pipelines" / PIPELINE / "summary.json").read_text())["failure"] == summary["failure"]
    assert calls[-2:] == ["report", "stop"]


def test_a_pipeline_with_a_mistake_does_not_start_anything(
    tmp_path: Path, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(names: Any) -> None:
        raise ContractError(f"1 mistake in {list(names)}")

    monkeypatch.setattr(run, "require_checked", mistaken)

    with pytest.raises(ContractError, match=f"1 mistake in \\['{PIPELINE}'\\]"):
        lifecycle(tmp_path)

    assert calls == []


def test_a_dag_that_does_not_start_is_a_failure_of_its_pipeline_alone(
    tmp_path: Path, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise PlatformError("Airflow cannot import the DAG")

    monkeypatch.setattr(run, "run_dag", fail)

    summaries = lifecycle(tmp_path, PIPELINE, PIPELINE)

    assert [each["failure"]["reason"] for each in summaries] == ["Airflow cannot import the DAG"] * 2
    assert calls[-1] == "stop"


def test_an_interrupted_run_leaves_no_earlier_report(
    tmp_path: Path, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    lifecycle(tmp_path)
    monkeypatch.setattr(run, "run_dag", interrupt)

    with pytest.raises(KeyboardInterrupt):
        lifecycle(tmp_path)

    assert not (tmp_path / "pipelines" / PIPELINE / "summary.json").exists()
    assert "No run has been reported yet" in (tmp_path / "report.html").read_text()
    assert calls[-1] == "stop"


def test_a_part_of_a_past_run_lands_nothing_and_runs_once(
    tmp_path: Path, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_part(dag_ids: list[str], part: Part, **_: Any) -> list[Any]:
        calls.append(f"{part.task} of {dag_ids}")
        return [{"event": "dag", "dag_id": dag_ids[-1], "state": "success"}]

    monkeypatch.setattr(run, "run_part", run_part)
    monkeypatch.setattr(run, "require_past", lambda *_: None)

    lifecycle(tmp_path, part=Part("train", onward=True))

    executed = [call for call in calls if call != "wait for MLflow"]
    assert executed == ["start", f"train of {DAGS}", "collect", "report", "stop"]


def test_a_part_that_no_past_run_has_does_not_start_anything(tmp_path: Path, calls: list[str]) -> None:
    with pytest.raises(PlatformError, match="have not run yet"):
        lifecycle(tmp_path, part=Part("nothing", onward=True))

    assert calls == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pipeline": "p", "task": "a", "from_task": "b"}, "--task a and --from b: allowed is one of them"),
        ({"pipeline": None, "task": "a"}, "belongs to one pipeline; name it"),
        ({"pipeline": "p", "past_run": "key"}, "--run key: allowed with --from <task> or --task <task>"),
    ],
)
def test_options_that_name_no_part_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(PlatformError, match=message):
        run.part_of(**{"task": None, "from_task": None, "past_run": "", **options})


def test_a_part_takes_the_partitions_of_its_run() -> None:
    with pytest.raises(ContractError, match=r"takes the partitions of that run; leave out \['first'\]"):
        RunOptions(first="2013-01", part=Part("train", onward=True))


def printed(**changes: Any) -> list[str]:
    console = Console(file=io.StringIO(), width=200)
    print_summaries([{**report_sample.complete(), "failure": None, **changes}], console)
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined,no-any-return]


def test_a_verdict_comes_first_and_the_report_last() -> None:
    approved = printed()
    assert approved[1].endswith(": Approved. Version 10, the model of this run, is the champion.")
    assert approved[-1] == "report: /somewhere/report.html"

    rejected = report_sample.complete()["evaluation"] | {"approved": False, "model_version": "11"}
    assert printed(evaluation=rejected)[1].endswith(
        ": Refused. Version 11, the model of this run, is not used; the champion stays version 9."
    )


def test_a_suspicion_is_printed_with_the_verdict() -> None:
    found = [{"feature": "arrival", "slice": None, "sentence": "arrival explains 97% of the gain"}]
    lines = printed(evaluation=report_sample.complete()["evaluation"] | {"suspicions": found})
    assert lines.index("Arrival explains 97% of the gain.") < lines.index("report: /somewhere/report.html")


def test_the_metric_is_printed_with_its_interval_beside_others() -> None:
    text = " ".join(" ".join(printed()).split())
    assert "this model, all test rows │ 0.7561 (0.7334 to 0.7788)" in text
    assert "this model, mean of days │ 0.7183 (0.6956 to 0.7410)" in text
    assert "champion, version 9 │ 0.7551 │ better by 0.0030 (95%: 0.0010 to 0.0050)" in text
    assert "linear model │ 0.7212 │ 12.0% better (95%: 9.0% to 15.0%)" in text
    assert "data: 362,891 rows landed, 205 of them in quarantine" in text


def test_a_failed_run_begins_with_its_failure_and_how_to_go_on() -> None:
    dag_id = next(iter(report_sample.complete()["runs"]))
    failure = {"dag_id": dag_id, "task_id": "lake.ingest", "reason": "ingest failed: no rows", "log": "/logs/s-1.log"}

    lines = printed(failure=failure)

    assert lines[1].endswith(f": Failed. Task lake.ingest of {dag_id}: ingest failed: no rows")
    assert "Log: /logs/s-1.log" in lines
    assert any("--from lake.ingest --run manual-2026-03-01-1a2b3c4d" in line for line in lines)

"""Whole DAG runs in Airflow: what fails a run, what ends a cluster, what a refused model skips, and their events."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.jobs.dags.conftest import in_airflow, sample_dags

Event = dict[str, Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The events of all cases, run in one Airflow process."""
    folder = tmp_path_factory.mktemp("runs")
    dags = sample_dags(folder / "dags")
    in_airflow("tests.jobs.dags.airflow_runs", str(folder), str(dags), home=folder / "airflow")
    return folder


def _events(folder: Path, case: str) -> list[Event]:
    return [json.loads(line) for line in (folder / f"{case}.jsonl").read_text().splitlines()]


def _ends(folder: Path, case: str) -> dict[str, str]:
    tasks = (event for event in _events(folder, case) if event["event"] == "task" and event["state"] != "running")
    return {event["task_id"]: event["state"] for event in tasks}


def _seen(folder: Path, case: str) -> dict[str, Any]:
    seen: dict[str, Any] = json.loads((folder / f"{case}.json").read_text())
    return seen


def _said(folder: Path) -> dict[str, str]:
    said: dict[str, str] = json.loads((folder / "said.json").read_text())
    return said


def test_a_good_run_succeeds(folder: Path) -> None:
    for case in ("data", "training", "scoring"):
        assert set(_ends(folder, case).values()) == {"success"}
        assert _events(folder, case)[-1]["state"] == "success"
        assert _said(folder)[case] == ""


def test_a_failed_step_fails_the_run_and_ends_the_cluster(folder: Path) -> None:
    assert _ends(folder, "failed_step") == {
        "partitions": "success",
        "lake.create_cluster": "success",
        "lake.ingest": "success",
        "lake.cleanse": "failed",
        "lake.features": "upstream_failed",
        "lake.terminate_cluster": "success",
        "announce": "upstream_failed",
    }
    end = _events(folder, "failed_step")[-1]
    assert (end["event"], end["state"]) == ("dag", "failed")


def test_parameters_that_contradict_fail_the_run_before_a_cluster_is_created(folder: Path) -> None:
    ends = _ends(folder, "overlap")
    assert ends.pop("partitions") == "failed"
    assert set(ends.values()) == {"upstream_failed"}
    sentence = "splits: train is 2026-01-01:2026-02-08 and validation is 2026-02-08:2026-02-08; train must end before"
    assert sentence in _said(folder)["overlap"]


def test_a_failure_is_told_in_one_line(folder: Path) -> None:
    failed = [event for event in _events(folder, "failed_step") if event.get("task_id") == "lake.cleanse"][-1]
    assert failed["reason"] == "day 2026-11-23 is empty"
    assert _said(folder)["failed_step"] == "task lake.cleanse: day 2026-11-23 is empty"


def test_a_model_that_is_not_approved_is_not_released_and_the_run_succeeds(folder: Path) -> None:
    ends = _ends(folder, "not_approved")
    assert ends["register"] == "skipped"
    assert {ends[task_id] for task_id in ("prepare.terminate_cluster", "train", "gate")} == {"success"}
    assert _events(folder, "not_approved")[-1]["state"] == "success"


def test_a_failed_run_goes_on_from_the_task_that_failed(folder: Path) -> None:
    tasks = ("lake.create_cluster", "lake.cleanse", "lake.features", "announce", "lake.terminate_cluster")
    failed, end = (_events(folder, case)[-1] for case in ("failed_step", "from_failed"))

    assert _ends(folder, "from_failed") == dict.fromkeys(tasks, "success")
    assert (end["state"], end["dag_id"]) == ("success", failed["dag_id"])
    assert (end["run_id"], end["run_key"]) == (failed["run_id"], failed["run_key"])
    assert _seen(folder, "from_failed")["lake.cleanse"]["try"] == 2


def test_one_task_runs_with_the_cluster_that_it_needs_and_nothing_after_it(folder: Path) -> None:
    assert set(_ends(folder, "one_task")) == {"lake.create_cluster", "lake.ingest", "lake.terminate_cluster"}
    assert _events(folder, "one_task")[-1]["state"] == "success"
    assert _seen(folder, "one_task")["lake.ingest"]["try"] == 2


def test_a_part_that_fails_again_is_not_retried(folder: Path) -> None:
    attempts = [each for each in _events(folder, "part_fails") if each.get("task_id") == "lake.cleanse"]
    assert [each["state"] for each in attempts] == ["running", "failed"]
    assert attempts[-1]["reason"] == "day 2026-11-23 is empty"


def test_a_part_whose_task_failed_has_failed_although_nothing_follows_it(folder: Path) -> None:
    assert _said(folder)["part_fails"] == "task lake.cleanse: day 2026-11-23 is empty"
    assert _events(folder, "part_fails")[-1]["state"] == "failed"


def test_later_tasks_get_what_the_earlier_ones_returned_in_the_past_run(folder: Path) -> None:
    assert "tune" not in _ends(folder, "from_train")
    assert "tune-1" in _seen(folder, "from_train")["train"]["config"]


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("part_without_run", "['meters_training'] have not run yet; a part belongs to a past run"),
        ("part_in_two_dags", "task 'terminate_cluster' is in ['meters_data', 'meters_training']; choose"),
        ("unknown_task", "no task 'nothing' in ['meters_data']; tasks are ['announce', 'lake.cleanse',"),
        ("unknown_run", "['meters_data'] have no run 'nothing'; runs are ['manual-"),
    ],
)
def test_a_part_that_does_not_exist_says_why(folder: Path, case: str, sentence: str) -> None:
    assert _said(folder)[case].startswith(sentence)


def test_scoring_without_a_champion_is_skipped_and_starts_nothing(folder: Path) -> None:
    ends = _ends(folder, "no_champion")
    assert {ends.pop("partitions"), ends.pop("champion")} == {"success"}
    assert set(ends.values()) == {"skipped"}
    assert _events(folder, "no_champion")[-1]["state"] == "success"


def _arguments(folder: Path, case: str) -> Any:
    return json.loads((folder / "steps.json").read_text())[case]


def _value(arguments: list[str], name: str) -> str:
    return arguments[arguments.index(f"--{name}") + 1]


def test_the_partitions_of_a_run_follow_from_its_date(folder: Path) -> None:
    later, earlier = _arguments(folder, "data")
    for module in ("ingest", "cleanse", "features"):
        assert _value(later[module], "last") == "2026-02-10"
        assert _value(earlier[module], "last") == "2026-02-09"


def test_the_partitions_of_a_pinned_pipeline_are_the_same_in_every_run(folder: Path) -> None:
    assert _value(_arguments(folder, "pinned_data")["ingest"], "last") == "2026-01-20"
    assert _value(_arguments(folder, "pinned_training")["dataset"], "test") == "2026-01-19:2026-01-20"


def test_a_run_that_new_data_started_takes_the_newest_partition_of_the_data(folder: Path) -> None:
    # The run of the data DAG before it had the earlier date.
    dataset = _arguments(folder, "triggered_training")["dataset"]
    assert _value(dataset, "test") == "2026-02-08:2026-02-09"
    assert _value(dataset, "validation") == "2026-02-07:2026-02-07"
    assert _value(dataset, "train") == "2026-02-02:2026-02-06"
    scoring = _arguments(folder, "triggered_scoring")
    assert _value(scoring["dataset"], "score") == "2026-02-09"
    assert _value(scoring["publish"], "partition") == "2026-02-09"
    assert _value(scoring["publish"], "dataset") == f"{_value(scoring['dataset'], 'output')}/dataset.json"


def test_events_tell_start_and_end(folder: Path) -> None:
    events = _events(folder, "data")
    started = [event for event in events if event["state"] == "running"]
    assert [event["task_id"] for event in started] == list(_ends(folder, "data"))
    assert all(event["start"] and event["end"] is None for event in started)
    run = events[-1]
    assert run["run_id"].startswith("manual__")
    assert run["run_key"].startswith("manual-")
    assert run["start"] <= started[0]["start"] <= run["end"]


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("unknown_dag", "unknown DAG; allowed are ['meters_data', 'meters_scoring', 'meters_training', 'pinned_"),
        ("unknown_parameter", "--conf has unknown parameters ['month']; allowed are ['first', 'last']"),
        ("bad_day", "--conf: Invalid input for param first: '2013-13-01' does not match"),
        ("two_scored_days", "--conf: Invalid input for param score: '2013-11-01:2013-11-02' does not match"),
        ("not_json", "--conf is not JSON"),
        ("not_an_object", "--conf is a list; allowed is a JSON object of DAG parameters"),
    ],
)
def test_a_run_that_cannot_start_says_why(folder: Path, case: str, sentence: str) -> None:
    assert _said(folder)[case].startswith(sentence)

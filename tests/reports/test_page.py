"""The report of a run: the model's page, then data and timing, small, self-contained, and true to the summary."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from common.errors import PlatformError
from reports import write_report
from reports.page import write_index_page
from tests.jobs.reporting.documents import regression
from tests.jobs.reporting.page_reader import Page
from tests.reports import report_sample

HOSTILE = "</script><img src=x onerror=alert(1)><b>&"
FAILURE = {
    "dag_id": "flight_delay_data",
    "task_id": "lake.cleanse",
    "reason": "cleanse failed: too few rows",
    "log": "/state/logs/emr-step/s-1.log",
}
Render = Callable[[dict[str, Any]], Page]


@pytest.fixture
def render(tmp_path: Path) -> Render:
    """Renders a summary and parses the page."""

    def rendered(summary: dict[str, Any]) -> Page:
        source = tmp_path / "summary.json"
        source.write_text(json.dumps(summary))
        return Page(write_report(source, tmp_path / "report.html").read_text())

    return rendered


@pytest.fixture
def page(render: Render) -> Page:
    return render(report_sample.complete())


def test_numbers_are_those_of_the_summary(page: Page) -> None:
    assert page.row("raw.flights")[1:4] == ["336,776", "205", "336,571"]
    assert page.row("arrival_delay") == ["arrival_delay", "limited", "2,164"]
    assert ["10", "champion", "c0ffee10"] in page.rows
    assert page.row("flights: tailnum_not_null") == ["flights: tailnum_not_null", "", "190"]


def test_sections_follow_the_order_of_a_reader(page: Page) -> None:
    model = ["goals", "metrics", "over-time", "decision", "slices", "features", "validation", "tuning", "lineage"]
    assert page.anchors == [*model, "data", "timing", "registry", "artifacts", "run-again"]
    assert [link for link in page.links if link.startswith("#")] == [f"#{anchor}" for anchor in page.anchors]


def test_sentences(page: Page) -> None:
    assert "Approved Version 10, the model of this run, is the champion." in page.text
    assert "Learnt from 2013-01 to 2013-09, tuned on 2013-10, evaluated on 2013-11 to 2013-12" in page.text
    assert "raw.flights has the column time_zone, which the contract does not name" in page.text
    assert "The DAG runs took 150.5 s" in page.text
    assert "the jobs they started took 123.4 s" in page.text
    assert "362,891 landed rows were checked, 205 violated a rule" in page.text
    assert "240,000 for training, 28,000 for validation and 54,545 for the test" in page.text
    assert "run flight_delay --first 2013-01 --last 2013-04 --validation 1 --test 1 --trials 6" in page.text
    assert "Will a flight arrive more than 15 minutes late?" in page.text


def test_the_run_in_mlflow_is_linked_where_its_address_is_known(render: Render) -> None:
    summary = report_sample.complete()
    address = f"http://127.0.0.1:5000/#/experiments/3/runs/{summary['evaluation']['run_id']}"
    assert address in render(summary).links
    summary["tracking"]["url"] = "javascript:alert(1)"
    assert not [link for link in render(summary).links if not link.startswith("#")]


def test_timeline_has_tasks_and_their_processes(page: Page) -> None:
    assert ["data: lake.ingest", "", "40.0"] in page.rows
    assert {"emr-step: ingest", "trial 1", "training-job: train-5e6f7a8b-1"} <= {row[0] for row in page.rows if row}


def test_page_is_small_and_fetches_and_runs_nothing(page: Page) -> None:
    assert len(page.source.encode()) < 200_000
    assert (page.fetched, page.handlers) == ([], [])
    assert "script" not in page.tags
    assert "default-src 'none'" in page.source


def test_minimal_summary_gives_sentences(render: Render) -> None:
    page = render(report_sample.minimal())
    assert "No model was trained in this run; there is no champion yet." in page.text
    assert "No job reported a table." in page.text
    assert "svg" not in page.tags


@pytest.mark.parametrize("key", sorted(report_sample.complete()))
def test_any_part_may_be_missing(render: Render, key: str) -> None:
    summary = report_sample.complete()
    del summary[key]
    assert "Run again" in render(summary).text


def test_run_of_the_data_alone(render: Render) -> None:
    summary = report_sample.complete()
    del summary["runs"]["flight_delay_training"]
    summary |= {"evaluation": {}, "metrics": {}, "tuning": {"trials": []}}
    summary["plan"] |= {"kinds": ["data"], "splits": {}}
    page = render(summary)
    assert page.anchors[0] == "data"
    assert "Data of 2013-01 to 2013-04." in page.text
    assert "--first 2013-01 --last 2013-04 --trials 6 --dag data" in page.text
    assert "tuning trial" not in page.text


def test_model_that_missed_its_goals(render: Render) -> None:
    summary = report_sample.complete()
    reasons = ["pr_auc is 0.5, the goal is 0.55"]
    summary["evaluation"] |= {"approved": False, "is_champion": False, "model_version": "11", "reasons": reasons}
    page = render(summary)
    assert "Refused Version 11, the model of this run, is not used; the champion stays version 9." in page.text
    assert "Pr_auc is 0.5, the goal is 0.55." in page.text


def test_approved_model_that_did_not_take_over(render: Render) -> None:
    summary = report_sample.complete()
    summary["evaluation"] |= {"is_champion": False, "model_version": "11"}
    text = render(summary).text
    assert "Approved, not champion Version 11" in text
    assert "is not shown to be better than the champion; the champion stays version 9." in text
    assert "PendingManualApproval: it is used only after a person sets its status to Approved." in text


def test_text_from_the_run_cannot_become_markup(render: Render) -> None:
    summary = report_sample.complete()
    summary["pipeline"] = HOSTILE
    summary["tables"][0]["rules"] = {HOSTILE: 7}
    summary["tables"][1]["table"] = HOSTILE
    summary["registry"]["versions"][0]["aliases"] = [HOSTILE]
    summary["timeline"][0]["name"] = HOSTILE
    summary["artifacts"] = {HOSTILE: HOSTILE}
    summary["failure"] = FAILURE | {"reason": HOSTILE, "log": HOSTILE}
    page = render(summary)
    assert (page.fetched, page.handlers) == ([], [])
    assert "img" not in page.tags
    assert [HOSTILE, "26,115"] in [row[:2] for row in page.rows]


def test_many_trials_share_rows(render: Render) -> None:
    summary = report_sample.complete()
    trial, bar = summary["tuning"]["trials"][0], summary["timeline"][-1]
    summary["tuning"]["trials"] = [{**trial, "name": f"t{number}"} for number in range(40)]
    summary["timeline"] += [{**bar, "name": f"t{number}"} for number in range(40)]
    rows = {row[0] for row in render(summary).rows if row and row[0].startswith("trials")}
    assert rows == {f"trials, slot {number} (40 in total)" for number in range(1, 41)}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "does not exist; write it with `make run`"),
        ("{", "is not JSON"),
        ("[]", "is a JSON list; allowed is an object"),
    ],
)
def test_unreadable_summary_is_said(tmp_path: Path, content: str | None, message: str) -> None:
    source = tmp_path / "summary.json"
    if content is not None:
        source.write_text(content)
    with pytest.raises(PlatformError, match=message):
        write_report(source, tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()


def test_a_failed_run_begins_with_its_failure_and_how_to_go_on(render: Render) -> None:
    text = render(report_sample.complete() | {"failure": FAILURE}).text
    place = text.index("Failed Task lake.cleanse of flight_delay_data: cleanse failed: too few rows")
    assert place < text.index("Log: /state/logs/emr-step/s-1.log") < text.index("Goals met")
    assert "run flight_delay --from lake.cleanse --run manual-2026-03-01-1a2b3c4d" in text
    assert "Before the failure: approved. Version 10" in text


def test_a_run_that_failed_before_its_model_has_no_sections_on_it(render: Render) -> None:
    page = render(report_sample.complete() | {"failure": FAILURE, "evaluation": {}})
    assert page.anchors[0] == "data"
    assert "Before the failure" not in page.text


def test_the_index_shows_verdict_and_result_of_each_pipeline(tmp_path: Path) -> None:
    summaries = []
    other = report_sample.complete() | {"pipeline": "footfall", "evaluation": regression()}
    for name, summary in (("one", report_sample.complete()), ("two", other)):
        (tmp_path / name).mkdir()
        summaries.append(tmp_path / name / "summary.json")
        summaries[-1].write_text(json.dumps(summary))
    page = Page(write_index_page(summaries, tmp_path / "report.html").read_text())
    assert page.links == ["one/report.html", "two/report.html"]
    assert "Approved Version 10, the model of this run, is the champion." in page.text
    assert "Finished 2026-03-01 10:05 UTC." in page.text
    assert "ROC AUC 0.7561 (0.7334 to 0.7788); champion, version 9 0.7551; prior 0.5" in page.text
    assert "mean absolute error 31.25" in page.text
    assert page.fetched == []

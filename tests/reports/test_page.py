"""The report page: complete, minimal, self-contained, and true to the summary."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from common.errors import PlatformError
from reports import write_report
from reports.page import write_index_page
from tests.reports import report_sample
from tests.reports.evaluation_sample import multiclass, regression
from tests.reports.page_reader import Page

MALICIOUS = "</script><img src=x onerror=alert(1)><b>&"
Render = Callable[[dict[str, Any]], Page]


@pytest.fixture
def render(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Render:
    """Renders a summary and parses the page, without the megabytes of the plotting library."""
    monkeypatch.setattr("reports.page.get_plotlyjs", lambda: "const Plotly = {};")

    def rendered(summary: dict[str, Any]) -> Page:
        source = tmp_path / "summary.json"
        source.write_text(json.dumps(summary))
        return Page(write_report(source, tmp_path / "report.html"))

    return rendered


@pytest.fixture
def page(render: Render) -> Page:
    return render(report_sample.complete())


def timeline(page: Page) -> Any:
    """The two traces of the timeline: tasks and processes."""
    axis = "seconds since the first task"
    return next(
        figure["data"]
        for figure in page.figures
        if figure["layout"].get("xaxis", {}).get("title", {}).get("text") == axis
    )


def test_numbers_are_those_of_the_summary(page: Page) -> None:
    assert page.row("raw.flights")[1:4] == ["336,776", "205", "336,571"]
    assert page.row("ROC AUC") == ["ROC AUC", "all", "at least 0.745", "-", "0.7561", "0.7461 to 0.7661", "-", "yes"]
    assert page.row("arrival_delay") == ["arrival_delay", "limited", "2,164"]
    assert page.row("10") == ["10", "champion", "c0ffee10"]
    assert page.row("3") == ["3", "0.7721", "0.07", "6", "10.5", "Completed"]
    assert page.row("carrier")[:6] == ["carrier", "DL", "7,500", "20.0%", "20.9%", "0.726"]
    for metric in ("ROC AUC 0.7561", "PR AUC 0.5633", "Log loss 0.4287", "Brier score 0.1346", "54,545 23.1% positive"):
        assert metric in page.text


def test_decision_and_sentences(page: Page) -> None:
    assert "raw.flights has the column time_zone, which the contract does not name" in page.text
    assert "Approved: version 10, the model of this run, is the champion." in page.text
    assert "Trained on 2013-01 to 2013-02, tuned on 2013-03 and evaluated on 2013-04." in page.text
    assert "The DAG runs took 150.5 s" in page.text
    assert "the jobs they started took 123.4 s" in page.text
    assert "The ratio is 1.22" in page.text
    assert "ROC AUC is lowest for carrier DL (0.726); origin LGA (0.718)." in page.text
    assert "362,891 landed rows were checked, 205 violated a rule" in page.text
    assert "240,000 for training, 28,000 for validation and 54,545 for the test" in page.text
    assert "run flight_delay --first 2013-01 --last 2013-04 --validation 1 --test 1 --trials 6" in page.text
    assert "Will a flight arrive more than 15 minutes late?" in page.text


def test_figures_hold_the_data(page: Page) -> None:
    by_axis = {figure["layout"].get("xaxis", {}).get("title", {}).get("text"): figure for figure in page.figures}
    assert by_axis["rows"]["data"][0]["x"] == [190, 12, 3]
    assert by_axis["trial"]["data"][0]["y"] == [0.7321, 0.7521, 0.7721, 0.7721, 0.7721, 0.7721]
    assert len(by_axis["share of gain"]["data"][0]["y"]) == 25
    assert by_axis["threshold"]["layout"]["shapes"][0]["x0"] == 0.205
    assert {"false positive rate", "recall", "mean predicted"} <= set(by_axis)


def test_values_with_few_rows_are_in_the_table_only(render: Render) -> None:
    summary = report_sample.complete()
    summary["evaluation"]["slices"][0] |= {"value": "few", "rows": 3, "roc_auc": 0.0}
    page = render(summary)
    assert not any("few" in trace.get("x", ()) for figure in page.figures for trace in figure["data"])
    assert ["carrier", "few", "3"] in [row[:3] for row in page.rows]


def test_timeline_has_tasks_and_their_processes(page: Page) -> None:
    tasks, processes = timeline(page)
    place = tasks["y"].index("data: lake.ingest")
    assert (tasks["base"][place], tasks["x"][place]) == (1.0, 40.0)
    assert {"emr-step: ingest", "trial 1", "training-job: train-5e6f7a8b-1"} <= set(processes["y"])


def test_page_fetches_nothing(tmp_path: Path) -> None:
    source = tmp_path / "summary.json"
    source.write_text(json.dumps(report_sample.complete()))
    page = Page(write_report(source, tmp_path / "report.html"))
    assert "plotly.js v" in page.source
    assert page.fetched == []
    assert "@import" not in page.styles
    assert "url(" not in page.styles
    assert "default-src 'none'" in page.source
    assert page.tags.count("script") == len(page.figures) + 2


def test_links_lead_to_sections(page: Page) -> None:
    for target in ("timeline", "data-quality", "error-slices", "run-it-again"):
        assert f'href="#{target}"' in page.source
        assert f'<section id="{target}">' in page.source


def test_minimal_summary_gives_sentences(render: Render) -> None:
    page = render(report_sample.minimal())
    assert "No model was trained in this run; there is no champion yet." in page.text
    assert "No job reported a table." in page.text
    assert "No trial ran." in page.text
    assert page.figures == []


@pytest.mark.parametrize("key", sorted(report_sample.complete()))
def test_any_part_may_be_missing(render: Render, key: str) -> None:
    summary = report_sample.complete()
    del summary[key]
    assert "Run it again" in render(summary).text


@pytest.mark.parametrize("key", sorted(report_sample.complete()["evaluation"]))
def test_any_part_of_the_evaluation_may_be_missing(render: Render, key: str) -> None:
    summary = report_sample.complete()
    del summary["evaluation"][key]
    assert "Run it again" in render(summary).text


def test_run_of_the_data_alone(render: Render) -> None:
    summary = report_sample.complete()
    del summary["runs"]["flight_delay_training"]
    summary |= {"evaluation": {}, "metrics": {}, "tuning": {"trials": []}}
    summary["plan"] |= {"kinds": ["data"], "splits": {}}
    text = render(summary).text
    assert "Data of 2013-01 to 2013-04." in text
    assert "--first 2013-01 --last 2013-04 --trials 6 --dag data" in text
    assert "tuning trial" not in text


def test_model_that_missed_its_goals(render: Render) -> None:
    summary = report_sample.complete()
    summary["evaluation"] |= {"approved": False, "model_version": "11", "reasons": ["pr_auc is 0.5, the goal is 0.55"]}
    page = render(summary)
    assert "Rejected: version 11, the model of this run, is not used; the champion stays version 10." in page.text
    assert "pr_auc is 0.5, the goal is 0.55" in page.text


def test_approved_model_that_did_not_take_over(render: Render) -> None:
    summary = report_sample.complete()
    summary["evaluation"]["model_version"] = "11"
    text = render(summary).text
    assert "no better than the champion: version 11 meets its goals; the champion stays version 10." in text


def test_text_from_the_run_cannot_become_markup(render: Render) -> None:
    summary = report_sample.complete()
    clean = render(summary)
    summary["pipeline"] = MALICIOUS
    summary["tables"][0]["rules"] = {MALICIOUS: 7}
    summary["tables"][1]["table"] = MALICIOUS
    summary["evaluation"]["reasons"] = [MALICIOUS]
    summary["evaluation"]["importance"][0]["feature"] = MALICIOUS
    summary["evaluation"]["slices"][0]["value"] = MALICIOUS
    summary["registry"]["versions"][0]["aliases"] = [MALICIOUS]
    summary["timeline"][0]["name"] = MALICIOUS
    page = render(summary)
    assert page.fetched == []
    assert "img" not in page.tags
    assert len(page.figures) == len(clean.figures)
    assert [MALICIOUS, "26,115"] in [row[:2] for row in page.rows]


def test_many_trials_share_rows(render: Render) -> None:
    summary = report_sample.complete()
    trial, bar = summary["tuning"]["trials"][0], summary["timeline"][-1]
    summary["tuning"]["trials"] = [{**trial, "name": f"t{number}"} for number in range(40)]
    summary["timeline"] += [{**bar, "name": f"t{number}"} for number in range(40)]
    rows = {row for row in timeline(render(summary))[1]["y"] if row.startswith("trials")}
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
    summary = report_sample.complete()
    summary["failure"] = {
        "dag_id": "flight_delay_data",
        "task_id": "lake.cleanse",
        "reason": "cleanse failed: too few rows",
        "log": "/state/logs/emr-step/s-1.log",
    }
    text = render(summary).text
    place = text.index("Failed in task lake.cleanse of flight_delay_data: cleanse failed: too few rows")
    assert place < text.index("ROC AUC")
    assert "/state/logs/emr-step/s-1.log" in text
    assert "run flight_delay --from lake.cleanse --run manual-2026-03-01-1a2b3c4d" in text


def test_the_index_links_the_report_of_each_pipeline(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "summary.json").write_text(json.dumps(report_sample.complete()))
    page = Page(write_index_page([tmp_path / "one" / "summary.json"], tmp_path / "report.html"))
    assert 'href="one/report.html"' in page.source
    assert "Approved: version 10, the model of this run, is the champion." in page.text


def test_a_model_is_shown_beside_baselines_and_champion(page: Page) -> None:
    assert page.row("baseline prior") == ["baseline prior", "log loss", "54,545", "0.54", "0.4287", "better by 0.1113"]
    assert page.row("champion, version 9") == [
        "champion, version 9", "ROC AUC", "54,545", "0.76", "0.7561", "worse by 0.00388",
    ]  # fmt: skip


def test_a_regression_has_its_own_metrics_figures_and_slices(render: Render) -> None:
    summary = report_sample.complete() | {"evaluation": regression(), "metrics": {}}
    page = render(summary)
    assert "Rejected: version 3, the model of this run, is not used" in page.text
    assert "Mean absolute error 31.25 at most 30 (baseline last_week): missed" in page.text
    assert "Trained on 2025-01-19 to 2025-05-18 and evaluated on 2025-06-02 to 2025-06-29." in page.text
    assert "On average the model predicts 1.5 too little." in page.text
    assert "22.0% (17.5% to 26.0%)" in page.text
    assert page.row("baseline last_week")[1:] == ["mean absolute error", "13,900", "40", "31", "better by 9"]
    assert page.row("champion, version 2")[1:] == ["mean absolute error", "14,000", "30.5", "31.25", "worse by 0.75"]
    assert "Mean absolute error is highest for sensor Queen St (31.25)." in page.text
    assert page.row("sensor") == ["sensor", "Queen St", "700", "171.2", "169.7", "31.25", "62.5"]
    assert page.row("count_last_week") == ["count_last_week", "70.0%", "22.5"]
    assert "searched for the lowest mean absolute error" in page.text
    assert "1 of them predicted the same for every row" in page.text
    titles = {figure["layout"].get("xaxis", {}).get("title", {}).get("text") for figure in page.figures}
    assert {"mean predicted", "predicted minus actual"} <= titles
    assert "AUC" not in page.text


def test_a_model_of_several_classes_has_a_table_of_them(render: Render) -> None:
    page = render(report_sample.complete() | {"evaluation": multiclass(), "metrics": {}})
    assert page.row("middle") == ["middle", "4", "40", "6"]
    assert ["low", "56", "92.6%", "-"] in page.rows
    assert "Accuracy 0.888" in page.text

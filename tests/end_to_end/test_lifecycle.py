from pathlib import Path

import psutil

from tests.end_to_end.conftest import FinishedRun
from tests.end_to_end.tables import published


def test_every_table_is_filled_and_nothing_is_lost(undisturbed: FinishedRun) -> None:
    tables = {table["table"]: table for table in undisturbed.summary["tables"]}

    for table in tables.values():
        assert table["rows_in"] == table["rows_out"] + table["rows_quarantined"]
        assert table["rows_out"] > 0
    frames = published(undisturbed.state)
    flights = frames["mlops_dev_flight_delay_raw.flights"]
    assert len(flights) == tables["raw.flights"]["rows_out"]
    assert sorted(set(flights["month"])) == ["2013-04", "2013-05", "2013-06"]
    assert any(name.startswith("mlops_dev_feature_store.") for name in frames)


def test_the_model_is_tuned_judged_and_better_than_chance(undisturbed: FinishedRun) -> None:
    summary = undisturbed.summary

    assert len(summary["tuning"]["trials"]) == 2
    assert {trial["status"] for trial in summary["tuning"]["trials"]} == {"Completed"}
    assert 0.6 < summary["metrics"]["roc_auc"] < 1
    assert summary["metrics"].keys() >= {"roc_auc", "pr_auc", "log_loss", "brier"}
    assert len(summary["registry"]["versions"]) == 1


def test_an_approved_model_has_predicted_the_newest_month(undisturbed: FinishedRun) -> None:
    approved = undisturbed.summary["evaluation"]["approved"]
    frames = published(undisturbed.state)
    predictions = frames.get("mlops_dev_flight_delay_predictions.flights")

    # One month of training need not meet the goals; then nothing may have been predicted or released.
    assert (undisturbed.summary["registry"]["champion"] is not None) == approved
    assert (len(undisturbed.summary["registry"]["packages"]) == 1) == approved
    assert (predictions is not None) == approved
    if predictions is not None:
        assert set(predictions["month"]) == {"2013-06"}
        assert predictions["probability"].between(0, 1).all()


def test_the_report_is_there_and_nothing_is_left_running(undisturbed: FinishedRun) -> None:
    assert Path(undisturbed.summary["report"]).stat().st_size > 10_000
    assert undisturbed.summary["orchestration"]["ratio"] >= 1
    left = [
        process
        for process in psutil.process_iter(["cmdline"])
        if str(undisturbed.state) in " ".join(process.info["cmdline"] or [])
    ]
    assert left == []

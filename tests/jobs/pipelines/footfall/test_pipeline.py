import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

from jobs.contracts.pipeline import load_pipeline
from jobs.pipelines.footfall.model import MODEL
from jobs.pipelines.footfall.pipeline import PIPELINE


def test_the_pipeline_is_found_by_name() -> None:
    assert load_pipeline("footfall") is PIPELINE


def test_contracts_import_neither_spark_nor_pandas() -> None:
    code = (
        "import sys, jobs.pipelines.footfall.pipeline;sys.exit(bool({'pyspark', 'pandas', 'boto3'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_data_set_has_every_feature_and_the_label_once() -> None:
    columns = {*MODEL.features, MODEL.label, "split", "hour_id", "day", "prediction_time"}
    assert columns == set(PIPELINE.dataset.column_names)


def test_a_run_predicts_the_day_that_begins_and_learns_from_the_day_before() -> None:
    # 06:10 on 2 March in Auckland.
    schedule = replace(PIPELINE.schedule, pinned=None)
    newest = schedule.newest(PIPELINE.partitions, datetime(2026, 3, 1, 17, 10, tzinfo=UTC))

    assert newest == "2026-03-02"
    assert str(schedule.loaded(PIPELINE.partitions, newest)) == "2026-03-02:2026-03-02"
    assert PIPELINE.source("counts").delay == MODEL.label_delay == 1


def test_the_test_weeks_have_no_day_in_common_with_those_before_it() -> None:
    labelled = PIPELINE.partitions.shift("2025-06-30", -MODEL.label_delay)
    spans = {split: str(span) for split, span in PIPELINE.splits.spans(PIPELINE.partitions, labelled).items()}

    assert spans == {
        "train": "2025-01-19:2025-05-18",
        "validation": "2025-05-19:2025-06-01",
        "test": "2025-06-02:2025-06-29",
    }

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


def test_the_test_is_four_whole_weeks_in_which_nothing_was_chosen() -> None:
    newest = PIPELINE.schedule.newest(PIPELINE.partitions, datetime(2026, 3, 1, tzinfo=UTC))
    labelled = PIPELINE.partitions.shift(newest, -MODEL.label_delay)
    spans = {split: str(span) for split, span in PIPELINE.splits.spans(PIPELINE.partitions, labelled).items()}

    assert spans == {
        "train": "2025-03-09:2025-07-06",
        "validation": "2025-07-07:2025-08-03",
        "test": "2025-08-04:2025-08-31",
    }
    blocks = PIPELINE.splits.blocks(PIPELINE.partitions.range("2025-07-07", "2025-08-03"))
    assert [block[0] for block in blocks] == ["2025-07-07", "2025-07-14", "2025-07-21", "2025-07-28"]

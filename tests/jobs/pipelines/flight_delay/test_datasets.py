import subprocess
import sys
from datetime import UTC, datetime

from jobs.contracts.pipeline import load_pipeline
from jobs.pipelines.flight_delay.model import KNOWN_AFTERWARDS, MODEL
from jobs.pipelines.flight_delay.pipeline import PIPELINE


def test_the_pipeline_is_found_by_name() -> None:
    assert load_pipeline("flight_delay") is PIPELINE


def test_contracts_import_neither_spark_nor_pandas() -> None:
    code = (
        "import sys, jobs.pipelines.flight_delay.pipeline;"
        "sys.exit(bool({'pyspark', 'pandas', 'boto3'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_referenced_sources_come_first() -> None:
    seen: set[str] = set()
    for source in PIPELINE.sources:
        assert {reference.table for reference in source.quality.references} <= seen
        seen.add(source.name)


def test_a_data_set_has_every_feature_and_the_label_once() -> None:
    assert len(MODEL.features) == 46
    assert {*MODEL.features, MODEL.label, "split", "flight_id", "month", "prediction_time"} == set(
        PIPELINE.dataset.column_names
    )


def test_nothing_that_is_known_only_after_the_flight_is_a_feature() -> None:
    known_later = {
        "departure",
        "arrival",
        "departure_delay",
        "arrival_delay",
        "dep_time",
        "arr_time",
        "air_time",
        MODEL.label,
        # The tail number is absent for cancelled flights, and so is what follows from it.
        "tail_number",
        *KNOWN_AFTERWARDS,
    }

    assert not known_later & set(MODEL.features)


def test_goals_compare_with_baselines_and_weigh_a_missed_late_flight_four_times_a_false_alarm() -> None:
    goals = PIPELINE.goals
    assert [(goal.metric, goal.baseline, goal.improvement) for goal in goals.goals] == [
        ("log_loss", "prior", 0.08),
        ("log_loss", "linear", 0.0),
        ("log_loss", "carrier_hour", 0.04),
        ("roc_auc", "carrier_hour", 0.0),
    ]
    assert goals.costs is not None
    assert goals.costs.missed / goals.costs.false_alarm == 4.0


def test_the_months_of_the_test_choose_nothing() -> None:
    newest = PIPELINE.schedule.newest(PIPELINE.partitions, datetime(2026, 3, 2, tzinfo=UTC))
    spans = PIPELINE.splits.spans(PIPELINE.partitions, newest)

    assert {split: str(span) for split, span in spans.items()} == {
        "train": "2013-01:2013-07",
        "validation": "2013-08:2013-10",
        "test": "2013-11:2013-12",
    }
    assert PIPELINE.splits.blocks(PIPELINE.partitions.range("2013-08", "2013-10")) == (
        ("2013-08",),
        ("2013-09",),
        ("2013-10",),
    )


def test_an_aircraft_built_after_the_example_year_is_no_mistake() -> None:
    year = PIPELINE.source("planes").column("year")

    assert year.maximum is not None
    assert year.maximum > 2026

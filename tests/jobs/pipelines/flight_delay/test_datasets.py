import subprocess
import sys

from jobs.contracts.pipeline import load_pipeline
from jobs.contracts.tables import Zone
from jobs.pipelines.flight_delay.model import MODEL
from jobs.pipelines.flight_delay.pipeline import PIPELINE


def test_the_pipeline_is_found_by_name() -> None:
    assert load_pipeline("flight_delay") is PIPELINE


def test_contracts_import_neither_spark_nor_pandas() -> None:
    code = (
        "import sys, jobs.pipelines.flight_delay.pipeline;"
        "sys.exit(bool({'pyspark', 'pandas', 'boto3'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_source_has_a_quarantine_with_its_columns_and_the_rules() -> None:
    quarantines = {table.name: table for table in PIPELINE.all_tables if table.zone is Zone.QUARANTINE}

    for source in PIPELINE.sources:
        assert quarantines[source.name].column_names == (*source.column_names, "failed_rules")
        assert all(column.nullable for column in quarantines[source.name].columns[:-1])


def test_referenced_sources_come_first() -> None:
    seen: set[str] = set()
    for source in PIPELINE.sources:
        assert {reference.table for reference in source.quality.references} <= seen
        seen.add(source.name)


def test_a_data_set_has_every_feature_and_the_label_once() -> None:
    assert len(MODEL.features) == 51
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
    }

    assert not known_later & set(MODEL.features)


def test_goals_name_metrics_and_weigh_a_missed_late_flight_four_times_a_false_alarm() -> None:
    assert {goal.metric: goal.minimum for goal in PIPELINE.goals.goals} == {"roc_auc": 0.745, "pr_auc": 0.55}
    assert PIPELINE.goals.costs is not None
    assert PIPELINE.goals.costs.missed / PIPELINE.goals.costs.false_alarm == 4.0

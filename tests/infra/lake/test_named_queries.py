from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from infra.environments import DEV
from infra.lake.named_queries import queries_of
from infra.names import PlatformNames
from jobs.contracts.tables import Column, ColumnType, Table, Zone
from tests.infra.lake.lake import Lake
from tests.infra.pipelines import KEY, METERS, TIME
from tests.sample_pipelines import READINGS, sample_pipeline

NAMES = PlatformNames.of(DEV)
TARIFFS = replace(READINGS, name="tariffs", arrival="tariffs.csv", partition_by=())
PIPELINE = replace(sample_pipeline(), sources=(TARIFFS, READINGS))
QUERIES = {query.name: query for query in queries_of(NAMES, PIPELINE)}


@pytest.fixture
def lake() -> Lake:
    return Lake(NAMES, PIPELINE)


def test_drift_quality_cost_and_lineage_can_be_asked() -> None:
    assert list(QUERIES) == [
        "drift-datasets-training",
        "drift-predictions-readings",
        "quality-rules",
        "quality-share",
        "cost-storage",
        "lineage-snapshots",
        "lineage-predictions-readings",
    ]


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_runs_on_tables_of_the_contract(name: str, lake: Lake) -> None:
    assert isinstance(lake.query(QUERIES[name].sql), list)


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_is_one_statement_that_only_reads_and_fits_into_athena(name: str) -> None:
    statements = sqlglot.parse(QUERIES[name].sql, dialect="athena")
    assert len(statements) == 1
    assert isinstance(statements[0], sqlglot.exp.Query)
    assert len(QUERIES[name].sql) <= 262144
    assert 1 <= len(QUERIES[name].description) <= 1024
    assert len(NAMES.resource(f"{PIPELINE.name}-{name}")) <= 128


def test_drift_is_the_distance_from_the_partition_before_in_its_deviations(lake: Lake) -> None:
    days = {"2013-01-01": (10.0, 20.0, 30.0), "2013-01-02": (40.0, None, 40.0)}
    for day, values in days.items():
        lake.insert(Zone.DATASETS, "training", [{"day": day, "use_yesterday": value} for value in values])
    answer = [row for row in lake.query(QUERIES["drift-datasets-training"].sql) if row["feature"] == "use_yesterday"]
    assert [(row["period"], row["mean"], row["shift"]) for row in answer] == [
        ("2013-01-01", 20.0, None),
        ("2013-01-02", 40.0, 2.0),
    ]
    assert [row["missing_share"] for row in answer] == [0.0, pytest.approx(1 / 3)]


def test_drift_of_predictions_tells_models_apart(lake: Lake) -> None:
    scored = ((0.2, "1"), (0.4, "1"), (0.9, "2"))
    rows = [{"day": "2013-05-01", "probability": p, "model_version": v} for p, v in scored]
    lake.insert(Zone.PREDICTIONS, "readings", rows)
    answer = lake.query(QUERIES["drift-predictions-readings"].sql)
    means = {row["model_version"]: row["mean"] for row in answer if row["feature"] == "probability"}
    assert means == {"1": pytest.approx(0.3), "2": 0.9}


def test_quality_counts_each_broken_rule_and_the_share_of_rejected_rows(lake: Lake) -> None:
    broken = ["use_in_range", "use_in_range,unique_key"]
    lake.insert(Zone.QUARANTINE, "tariffs_rows", [{"failed_rules": rules} for rules in broken])
    lake.insert(Zone.RAW, "tariffs", [{"meter": "a"}, {"meter": "b"}])
    lake.insert(Zone.QUARANTINE, "readings_rows", [{"day": "2013-02-01", "failed_rules": "meter_not_null"}])
    periods = {row["source"]: (row["period"], row["rule"]) for row in lake.query(QUERIES["quality-rules"].sql)}
    assert lake.query(QUERIES["quality-rules"].sql)[0]["rejected"] == 2
    assert periods["readings"] == ("2013-02-01", "meter_not_null")
    shares = {(row["source"], row["period"]): row for row in lake.query(QUERIES["quality-share"].sql)}
    assert len(shares) == 2
    delivered = {source: (row["delivered"], row["rejected_share"]) for (source, _), row in shares.items()}
    assert delivered == {"tariffs": (4, 0.5), "readings": (1, 1.0)}


def test_cost_lists_the_largest_table_first(lake: Lake) -> None:
    lake.insert(Zone.RAW, "tariffs$files", [{"record_count": 10, "file_size_in_bytes": 1_000_000}])
    lake.insert(Zone.RAW, "readings$files", [{"record_count": 5, "file_size_in_bytes": 2_000_000_000}] * 2)
    first = lake.query(QUERIES["cost-storage"].sql)[0]
    assert (first["table_name"], first["files"], first["row_count"]) == ("raw.readings", 2, 10)
    assert (first["gigabytes"], first["megabytes_per_file"]) == (4.0, 2000.0)


def test_lineage_names_the_snapshots_and_the_model_behind_predictions(lake: Lake) -> None:
    at = datetime(2013, 6, 1, tzinfo=UTC)
    commit = {"committed_at": at, "snapshot_id": 7, "operation": "overwrite"}
    lake.insert(Zone.DATASETS, "training$snapshots", [commit])
    scored = {"day": "2013-05-01", "model_version": "3", "run_id": "r1", "scored_at": at}
    lake.insert(Zone.PREDICTIONS, "readings", [scored, scored])
    (snapshot,) = lake.query(QUERIES["lineage-snapshots"].sql)
    assert (snapshot["table_name"], snapshot["snapshot_id"]) == ("datasets.training", 7)
    (prediction,) = lake.query(QUERIES["lineage-predictions-readings"].sql)
    assert (prediction["model_version"], prediction["run_id"], prediction["row_count"]) == ("3", "r1", 2)


def test_the_period_is_the_partition_of_the_pipeline() -> None:
    lake, predictions = Lake(NAMES, METERS), METERS.predictions
    days = {"2020-01-09": 0.25, "2020-01-10": 0.75}
    lake.insert(
        Zone.PREDICTIONS,
        predictions.name,
        [{METERS.partitions.column: day, "probability": value} for day, value in days.items()],
    )
    (drift,) = (query for query in queries_of(NAMES, METERS) if query.name == "drift-predictions-readings")
    found = [row for row in lake.query(drift.sql) if row["feature"] == "probability"]
    assert [(row["period"], row["mean"]) for row in found] == list(days.items())


def test_a_table_without_partitions_goes_by_its_event_time() -> None:
    measure = Column(id=3, name="use", type=ColumnType.DOUBLE, description="watt hours")
    table = Table(
        name="days",
        zone=Zone.DATASETS,
        description="use",
        columns=(KEY, TIME, measure),
        keys=("meter",),
        event_time="read_at",
    )
    pipeline = replace(METERS, dataset=table)
    lake = Lake(NAMES, pipeline)
    for moment, use in ((9, 5.0), (10, 7.0), (34, 9.0)):
        at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=moment)
        lake.insert(Zone.DATASETS, "days", [{"read_at": at, "use": use}])
    (drift,) = (query for query in queries_of(NAMES, pipeline) if query.name == "drift-datasets-days")
    assert [row["mean"] for row in lake.query(drift.sql)] == [6.0, 9.0]


def test_columns_may_be_words_of_sql() -> None:
    measure = Column(id=3, name="order", type=ColumnType.DOUBLE, description="m")
    table = Table(
        name="days",
        zone=Zone.DATASETS,
        description="d",
        columns=(KEY, replace(TIME, name="group"), measure),
        keys=("meter",),
        event_time="group",
    )
    for query in queries_of(NAMES, replace(METERS, dataset=table)):
        assert len(sqlglot.parse(query.sql, dialect="athena")) == 1


def test_a_pipeline_that_can_answer_less_is_asked_less() -> None:
    """The data set of this pipeline has no measure whose drift could be asked."""
    assert [query.name for query in queries_of(NAMES, METERS)] == [
        "drift-predictions-readings",
        "quality-rules",
        "quality-share",
        "cost-storage",
        "lineage-snapshots",
        "lineage-predictions-readings",
    ]


IDENTIFIERS = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)


@given(st.sets(IDENTIFIERS, min_size=1, max_size=6), IDENTIFIERS)
def test_any_contract_gives_queries_that_parse(measures: set[str], table: str) -> None:
    columns = [
        Column(id=field_id, name=name, type=ColumnType.DOUBLE, description="m")
        for field_id, name in enumerate(sorted(measures), start=2)
    ]
    month = Column(id=1, name="month", type=ColumnType.STRING, description="month", nullable=False)
    contract = Table(
        name=table,
        zone=Zone.PREDICTIONS,
        description="d",
        columns=(month, *(column for column in columns if column.name != "month")),
        keys=("month",),
    )
    for query in queries_of(NAMES, replace(METERS, predictions=contract)):
        assert len(sqlglot.parse(query.sql, dialect="athena")) == 1

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.partitions import Grain, Partitions
from jobs.contracts.tables import Column, ColumnType, ContractError, Quality, Reference, Table, Zone
from jobs.spark import quality

TABLE = Table(
    name="trips",
    zone=Zone.RAW,
    description="trips",
    columns=(
        Column(id=1, name="id", type=ColumnType.INT, description="number", nullable=False),
        Column(id=2, name="miles", type=ColumnType.DOUBLE, description="miles", minimum=0, maximum=10),
        Column(id=3, name="place", type=ColumnType.STRING, description="place"),
        Column(id=4, name="month", type=ColumnType.STRING, description="month", nullable=False),
    ),
    keys=("id",),
    partition_by=("month",),
    quality=Quality(
        references=(Reference(column="place", table="places", key="name"),), minimum_rows=2, maximum_quarantined=0.5
    ),
)
MONTHS = Partitions.monthly("America/New_York")
JANUARY = {"2013-01": MONTHS.end("2013-01")}
SCHEMA = "id int, miles double, place string, month string"


def _failed_rules(spark: SparkSession, *rows: tuple[object, ...]) -> dict[object, list[str]]:
    places = spark.createDataFrame([("here",), ("here",)], "name string")
    validated = quality.validate(spark.createDataFrame(list(rows), SCHEMA), TABLE, references={"places": places})
    failed_rules: dict[object, list[str]] = {}
    for row in validated.collect():
        failed_rules.setdefault(row["id"], []).append(row["failed_rules"])
    return {key: sorted(value) for key, value in failed_rules.items()}


def test_each_broken_rule_is_named(spark: SparkSession) -> None:
    failed_rules = _failed_rules(
        spark,
        (1, 5.0, "here", "2013-01"),
        (None, 5.0, None, "2013-01"),
        (3, -1.0, "there", "2013-01"),
        (4, float("nan"), "here", "2013-01"),
        (5, None, "here", None),
    )

    assert failed_rules == {
        1: [""],
        None: ["id_not_null"],
        3: ["miles_in_range,place_in_places"],
        4: ["miles_finite"],
        5: ["month_not_null"],
    }


def test_of_rows_with_one_key_the_soundest_is_kept(spark: SparkSession) -> None:
    failed_rules = _failed_rules(
        spark, (1, 99.0, "here", "2013-01"), (1, 1.0, "here", "2013-01"), (2, 1.0, "here", "2013-01")
    )

    assert failed_rules == {1: ["", "miles_in_range,unique_key"], 2: [""]}


def _counts(**values: object) -> quality.BatchCounts:
    defaults = {"batch": "2013-01", "rows": 10, "quarantined": 0, "newest": None, "rules": {}}
    return quality.BatchCounts(**{**defaults, **values})  # type: ignore[arg-type]


def test_limits_that_hold_pass() -> None:
    quality.check_limits(TABLE, [_counts(quarantined=5)], MONTHS, ends=JANUARY)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (_counts(batch="2013-02"), "2013-01 has no rows, at least 2 are required"),
        (_counts(rows=1), "has 1 valid rows, at least 2 are required"),
        (_counts(quarantined=6, rules={"id_not_null": 6}), "6 of 10 rows that break {'id_not_null': 6}"),
    ],
)
def test_a_broken_limit_is_named(counts: quality.BatchCounts, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        quality.check_limits(TABLE, [counts], MONTHS, ends=JANUARY)


def test_a_batch_may_be_empty_if_the_contract_requires_no_rows() -> None:
    quality.check_limits(replace(TABLE, quality=Quality(minimum_rows=0)), [], MONTHS, ends=JANUARY)


@pytest.mark.parametrize(
    ("partitions", "batch", "fresh", "old", "message"),
    [
        (
            MONTHS,
            "2013-01",
            # The month ends at 05:00 UTC.
            datetime(2013, 1, 29, 5, 1, tzinfo=UTC),
            datetime(2013, 1, 20, tzinfo=UTC),
            "ends with 2013-01-20 00:00 UTC, 12 days before the end of the month, allowed are 2; land the whole month",
        ),
        (
            Partitions(grain=Grain.WEEK, time_zone="Asia/Tokyo"),
            "2013-W05",
            datetime(2013, 1, 31, 15, 1, tzinfo=UTC),
            datetime(2013, 1, 31, 15, 0, tzinfo=UTC),
            "ends with 2013-01-31 15:00 UTC, 3 days before the end of the week, allowed are 2; land the whole week",
        ),
    ],
)
def test_a_batch_that_ends_early_is_too_old(
    partitions: Partitions, batch: str, fresh: datetime, old: datetime, message: str
) -> None:
    table, ends = replace(TABLE, quality=Quality(freshness_days=2)), {batch: partitions.end(batch)}

    quality.check_limits(table, [_counts(batch=batch, newest=fresh)], partitions, ends=ends)
    with pytest.raises(ContractError, match=message):
        quality.check_limits(table, [_counts(batch=batch, newest=old)], partitions, ends=ends)


def test_the_newest_row_is_an_instant_whatever_the_time_zone_of_the_machine(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        at = Column(id=5, name="at", type=ColumnType.TIMESTAMP, description="instant")
        rows = spark.sql("SELECT timestamp '2013-01-31 23:00:00' AS at, '' AS failed_rules, '2013-01' AS month")
        (batch,) = quality.count_batches(rows, replace(TABLE, columns=(*TABLE.columns, at), event_time="at"))
    finally:
        monkeypatch.undo()
        time.tzset()

    assert batch.newest == datetime(2013, 1, 31, 23, tzinfo=UTC)

from dataclasses import replace
from datetime import datetime

import pytest
from pyspark.sql import SparkSession

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
        4: ["miles_in_range"],
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
    quality.check_limits(TABLE, [_counts(quarantined=5)], batches=("2013-01",))


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
        quality.check_limits(TABLE, [counts], batches=("2013-01",))


def test_a_month_that_ends_early_is_too_old() -> None:
    fresh = replace(TABLE, event_time="month", quality=Quality(freshness_days=2))

    quality.check_limits(fresh, [_counts(newest=datetime(2013, 1, 30))], batches=("2013-01",))
    with pytest.raises(
        ContractError, match="ends with 2013-01-20 00:00, 12 days before the end of the month, allowed are 2"
    ):
        quality.check_limits(fresh, [_counts(newest=datetime(2013, 1, 20))], batches=("2013-01",))

"""Rules of a row: kinds of columns, conditions between columns, and the partition of the event time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from jobs.contracts.partitions import Grain, Partitions
from jobs.contracts.tables import Column, ColumnType, ContractError, Quality, Rule, Table, Zone
from jobs.spark import quality
from jobs.spark.spans import partition_of

TABLE = Table(
    name="trips",
    zone=Zone.RAW,
    description="trips",
    columns=(
        Column(id=1, name="id", type=ColumnType.INT, description="number", nullable=False),
        Column(id=2, name="miles", type=ColumnType.DOUBLE, description="miles", maximum=10),
        Column(id=3, name="zone", type=ColumnType.STRING, description="time zone", is_time_zone=True),
    ),
    keys=("id",),
)
SCHEMA = "id int, miles double, zone string"


def _failed_rules(spark: SparkSession, table: Table, *rows: tuple[object, ...]) -> dict[int, str]:
    validated = quality.validate(spark.createDataFrame(list(rows), SCHEMA), table, references={})
    return {row["id"]: row["failed_rules"] for row in validated.collect()}


def test_a_float_is_finite_unless_the_column_allows_others(spark: SparkSession) -> None:
    rows = [(1, float("nan"), None), (2, float("inf"), None), (3, float("-inf"), None), (4, 11.0, None), (5, 1.0, None)]
    allowing = replace(TABLE, columns=(TABLE.columns[0], replace(TABLE.columns[1], allow_nan=True), TABLE.columns[2]))

    assert _failed_rules(spark, TABLE, *rows) == {
        1: "miles_finite",
        2: "miles_finite,miles_in_range",
        3: "miles_finite",
        4: "miles_in_range",
        5: "",
    }
    assert _failed_rules(spark, allowing, *rows) == {1: "", 2: "miles_in_range", 3: "", 4: "miles_in_range", 5: ""}


def test_a_time_zone_is_one_that_spark_can_convert_to(spark: SparkSession) -> None:
    known = ["America/New_York", "UTC", "Asia/Kolkata"]
    unknown = ["\\N", "America/NewYork", "america/new_york", "+25:00", " UTC", ""]
    rows = [(number, 1.0, zone) for number, zone in enumerate([*known, None, *unknown])]

    broken = _failed_rules(spark, TABLE, *rows)

    assert [name for _, name in sorted(broken.items())] == [""] * 4 + ["zone_time_zone"] * len(unknown)


def test_only_a_text_can_be_a_time_zone() -> None:
    with pytest.raises(ContractError, match="column hour: is_time_zone with type int; allowed is string"):
        Column(name="hour", type=ColumnType.INT, description="hour", is_time_zone=True)


def _with_rule(condition: str) -> Table:
    rule = Rule(name="short_trip", condition=condition, description="few miles")
    return replace(TABLE, quality=Quality(rules=(rule,)))


def test_a_declared_rule_is_broken_by_rows_for_which_it_is_false(spark: SparkSession) -> None:
    rows = [(1, 1.0, None), (2, 9.0, None), (3, None, None)]

    assert _failed_rules(spark, _with_rule("miles < 5"), *rows) == {1: "", 2: "short_trip", 3: ""}


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("miles <", "rule short_trip of trips: condition 'miles <' is no Spark SQL for its columns: "),
        ("feet < 5", "condition 'feet < 5' is no Spark SQL for its columns: .*feet"),
        ("miles + 1", "condition 'miles \\+ 1' is double; allowed is a boolean"),
    ],
)
def test_a_condition_that_is_none_is_named(spark: SparkSession, condition: str, message: str) -> None:
    with pytest.raises(ContractError, match=message) as raised:
        _failed_rules(spark, _with_rule(condition), (1, 1.0, None))

    assert "\n" not in str(raised.value)


GRAINS = [
    Partitions(grain=Grain.HOUR),
    Partitions(grain=Grain.DAY, time_zone="Pacific/Auckland"),
    Partitions(grain=Grain.WEEK, time_zone="Asia/Tokyo"),
    Partitions(grain=Grain.MONTH, time_zone="America/New_York"),
]


@pytest.mark.parametrize("partitions", GRAINS, ids=lambda each: each.grain)
def test_the_partition_of_a_time_is_the_one_that_contains_it(spark: SparkSession, partitions: Partitions) -> None:
    start = datetime(2019, 12, 28, tzinfo=UTC)
    times = [start + timedelta(hours=7 * number) for number in range(1500)]
    at = Column(name="at", type=ColumnType.TIMESTAMP, description="instant")
    seconds = spark.createDataFrame([(int(time.timestamp()),) for time in times], "seconds bigint")

    found = seconds.selectExpr("seconds", "timestamp_seconds(seconds) AS at").select(
        "seconds", partition_of(partitions, at).alias("partition")
    )

    assert {row["seconds"]: row["partition"] for row in found.collect()} == {
        int(time.timestamp()): partitions.containing(time) for time in times
    }


def test_a_date_lies_in_the_partition_of_its_calendar_day(spark: SparkSession) -> None:
    day = Column(name="day", type=ColumnType.DATE, description="day")
    dates = spark.sql("SELECT date '2013-03-01' AS day")

    (row,) = dates.select(partition_of(Partitions.monthly("America/New_York"), day)).collect()

    assert row[0] == "2013-03"


_KEYS = st.integers(1, 3)
_ROWS = st.lists(
    st.tuples(_KEYS, st.sampled_from([None, 1.0, 2.0, 99.0, float("nan")]), st.sampled_from([None, "UTC", "Mars"])),
    min_size=1,
    max_size=6,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_ROWS, data=st.data())
def test_accepted_rows_depend_neither_on_order_nor_on_repetition(
    spark: SparkSession, rows: list[tuple[Any, ...]], data: st.DataObject
) -> None:
    def accepted(some: list[tuple[Any, ...]]) -> list[str]:
        frame = spark.createDataFrame(some, SCHEMA).repartition(2)
        return sorted(map(str, quality.accepted(quality.validate(frame, TABLE, references={})).collect()))

    again = data.draw(st.lists(st.sampled_from(rows), max_size=4))
    shuffled = data.draw(st.permutations([*rows, *again]))

    assert accepted(shuffled) == accepted(rows)

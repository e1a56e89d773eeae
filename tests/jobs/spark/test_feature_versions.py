from datetime import UTC, datetime
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.spark.feature_versions import with_versions
from tests.sample_pipelines import GROUP

VALUES = "meter string, event_time string, use_yesterday double, tariff string"
PRESENT = f"{VALUES}, write_time timestamp, api_invocation_time timestamp, is_deleted boolean"
THEN, NOW = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
NAN, INFINITE = float("nan"), float("inf")


def _after(spark: SparkSession, old: list[tuple[Any, ...]], new: list[tuple[Any, ...]], closed: bool) -> list[str]:
    """The value, tariff, state and run of each version that is stored after the second run, oldest first."""
    time = "2026-01-01T00:00:00Z"
    present = spark.createDataFrame([("a", time, *values, THEN, THEN, deleted) for *values, deleted in old], PRESENT)
    computed = spark.createDataFrame([("a", time, *values) for values in new], VALUES)
    rows = with_versions(computed, present, GROUP, F.lit(closed), NOW).orderBy("write_time").collect()
    return [
        f"{row['use_yesterday']} {row['tariff']} {'deleted' if row['is_deleted'] else 'valid'} "
        f"{'now' if row['write_time'] == NOW.replace(tzinfo=None) else 'then'}"
        for row in rows
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [(1.0, 1.0), (1.0, 1.0 + 1e-12), (None, None), (NAN, NAN), (INFINITE, INFINITE), (0.0, 0.0)],
)
def test_an_equal_value_is_no_new_version(spark: SparkSession, old: float | None, new: float | None) -> None:
    assert _after(spark, [(old, "day", False)], [(new, "day")], True) == [f"{old} day valid then"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (1.0, 1.001),
        (1.0, None),
        (None, 1.0),
        (1.0, NAN),
        (NAN, 1.0),
        (1.0, INFINITE),
        (INFINITE, -INFINITE),
        (0.0, 1e-30),
    ],
)
def test_another_value_is_a_new_version(spark: SparkSession, old: float | None, new: float | None) -> None:
    assert _after(spark, [(old, "day", False)], [(new, "day")], True) == [
        f"{old} day valid then",
        f"{new} day valid now",
    ]


def test_texts_are_compared_a_vanished_record_is_deleted_once_and_can_return(spark: SparkSession) -> None:
    kept, deleted = (1.0, "day", False), (1.0, "day", True)

    assert _after(spark, [kept], [(1.0, "night")], True) == ["1.0 day valid then", "1.0 night valid now"]
    assert _after(spark, [kept], [], True) == ["1.0 day valid then", "1.0 day deleted now"]
    assert _after(spark, [deleted], [], True) == ["1.0 day deleted then"]
    assert _after(spark, [deleted], [(1.0, "day")], True) == ["1.0 day deleted then", "1.0 day valid now"]


def test_records_that_are_not_closed_are_replaced(spark: SparkSession) -> None:
    assert _after(spark, [(1.0, "day", False)], [(2.0, "day")], False) == ["2.0 day valid now"]
    assert _after(spark, [(1.0, "day", False)], [], False) == []

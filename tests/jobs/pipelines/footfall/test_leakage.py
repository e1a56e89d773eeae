"""Features do not depend on later counts: other counts from a day on leave the features of that day unchanged."""

from datetime import date
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from jobs.pipelines.footfall.transforms import cleanse, features
from tests.jobs.pipelines.footfall.frames import Rows, days_from, random_counts, raw

DAYS = days_from(date(2025, 3, 1), 40)
COUNTS = random_counts(DAYS, seed=1)


def _feature_rows(spark: SparkSession, counts: Rows) -> dict[tuple[str, str], dict[str, Any]]:
    frames = features(cleanse(raw(spark, DAYS, counts)), first_day=date(2025, 2, 28), last_day=date(2025, 4, 30))
    return {(row[0], row["event_time"]): row.asDict() for frame in frames.values() for row in frame.collect()}


@cache
def _undisturbed(spark: SparkSession) -> dict[tuple[str, str], dict[str, Any]]:
    return _feature_rows(spark, COUNTS)


# Daylight saving ends on day 36 of the 40.
@settings(max_examples=3, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(index=st.integers(min_value=29, max_value=39), seed=st.integers(min_value=2, max_value=2**16))
def test_other_counts_from_a_day_on_change_no_feature_of_it(spark: SparkSession, index: int, seed: int) -> None:
    future = random_counts(DAYS[index:], seed)
    disturbed = _feature_rows(spark, [row for row in COUNTS if row["day"] < DAYS[index]] + future)

    # A day begins on the UTC day before.
    known = {key: row for key, row in _undisturbed(spark).items() if key[1] < DAYS[index]}
    assert len(known) == (index + 1) * (2 * 24 + 2)
    assert {key: disturbed[key] for key in known} == known


def test_counts_of_the_day_before_do_change_features(spark: SparkSession) -> None:
    others = [row for row in COUNTS if row["day"] != DAYS[-2]] + random_counts([DAYS[-2]], seed=9)

    disturbed = _feature_rows(spark, others)

    changed = {
        name for key, row in _undisturbed(spark).items() for name, value in row.items() if disturbed[key][name] != value
    }
    assert changed == {"count_yesterday", "mean_7d", "week_on_week"}

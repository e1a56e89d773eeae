from datetime import date
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.pipelines.footfall.transforms import cleanse, features
from tests.jobs.pipelines.footfall.frames import SENSOR_NAMES, Rows, count, days_from, raw

DAYS = days_from(date(2025, 6, 1), 30)
LAST = DAYS[-1]


def _features(
    spark: SparkSession, counts: Rows, *, holidays: tuple[date, ...] = (), last_day: date = date(2025, 6, 29)
) -> dict[str, dict[str, Any]]:
    """The features of the last day, which begins at 18:00 UTC of the day before, by record identifier."""
    hours = cleanse(raw(spark, DAYS, counts, holidays=holidays))
    frames = features(hours, first_day=last_day, last_day=last_day)
    return {
        row[0]: row.asDict()
        for frame in frames.values()
        for row in frame.collect()
        if row["event_time"] == "2025-06-29T18:00:00Z"
    }


def _every_day(pedestrians: int, hour: int = 17) -> Rows:
    return [count(day, hour, pedestrians) for day in DAYS[:-1]]


def _changed(counts: Rows, day: str, pedestrians: int | None) -> Rows:
    return [{**row, "pedestrians": pedestrians} if row["day"] == day else row for row in counts]


def test_counts_of_the_day_before_and_the_week_before(spark: SparkSession) -> None:
    counts = _changed(_changed(_every_day(100), "2025-06-29", 70), "2025-06-23", 30)

    row = _features(spark, counts)["45 Queen Street 17"]

    assert (row["count_yesterday"], row["count_last_week"]) == (70, 30)
    assert row["mean_7d"] == pytest.approx((5 * 100 + 70 + 30) / 7)


def test_a_missing_day_gives_no_count_of_another_day(spark: SparkSession) -> None:
    counts = [row for row in _every_day(100) if row["day"] != "2025-06-29"]

    assert _features(spark, counts)["45 Queen Street 17"]["count_yesterday"] is None


def test_the_weeks_before_count_the_same_weekday_without_holidays(spark: SparkSession) -> None:
    counts = _every_day(100)
    for day, pedestrians in (("2025-06-02", 5), ("2025-06-09", 40), ("2025-06-16", 80), ("2025-06-23", 120)):
        counts = _changed(counts, day, pedestrians)

    row = _features(spark, counts, holidays=(date(2025, 6, 2),))["45 Queen Street 17"]

    assert (row["mean_4w"], row["lowest_4w"], row["highest_4w"]) == (80, 40, 120)


def test_the_trend_compares_two_weeks_and_is_absent_without_the_first(spark: SparkSession) -> None:
    counts = [{**row, "pedestrians": 150} if row["day"] >= "2025-06-23" else row for row in _every_day(100)]

    rows = _features(spark, counts)

    assert rows["45 Queen Street"]["week_on_week"] == 1.5
    assert rows["150 K Road"]["week_on_week"] is None


def test_the_calendar_is_that_of_the_day_itself(spark: SparkSession) -> None:
    rows = _features(spark, [], holidays=(date(2025, 6, 30),))

    row = rows["150 K Road 03"]
    assert (row["hour_of_day"], row["day_of_week"], row["is_holiday"]) == (3, 2, 1)
    assert len(rows) == len(SENSOR_NAMES) * 24 + len(SENSOR_NAMES)


def test_only_event_times_of_the_days_are_computed(spark: SparkSession) -> None:
    assert not _features(spark, _every_day(1), last_day=date(2025, 6, 28))

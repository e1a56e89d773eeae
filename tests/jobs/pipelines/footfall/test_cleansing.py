from datetime import UTC, date, datetime

import pytest
from pyspark.sql import Row, SparkSession

from jobs.pipelines.footfall.transforms import cleanse, spine
from tests.jobs.pipelines.footfall.frames import SENSOR_NAMES, Rows, count, raw

DAY = "2025-06-20"


def _hours(spark: SparkSession, days: list[str], counts: Rows, *, holidays: tuple[date, ...] = ()) -> dict[str, Row]:
    rows = cleanse(raw(spark, days, counts, holidays=holidays))["hours"].collect()
    assert len({row["hour_id"] for row in rows}) == len(rows)
    return {row["hour_id"]: row for row in rows}


def test_each_counter_has_all_hours_of_a_day_before_it_is_counted(spark: SparkSession) -> None:
    rows = _hours(spark, ["2025-06-19", DAY], [count("2025-06-19", 17, 500)])

    assert len(rows) == 2 * 2 * 24
    assert rows["2025-06-19 17 45 Queen Street"]["pedestrians"] == 500
    assert {row["pedestrians"] for row in rows.values() if row["day"] == DAY} == {None}
    assert {row["sensor"] for row in rows.values()} == set(SENSOR_NAMES)


def test_a_count_of_zero_is_a_count_and_an_absent_one_stays_absent(spark: SparkSession) -> None:
    rows = _hours(spark, [DAY], [count(DAY, 6, 0), count(DAY, 7, None)])

    assert rows[f"{DAY} 06 45 Queen Street"]["pedestrians"] == 0
    assert rows[f"{DAY} 07 45 Queen Street"]["pedestrians"] is None


@pytest.mark.parametrize(
    ("day", "start"),
    [
        (DAY, datetime(2025, 6, 19, 18, tzinfo=UTC)),
        ("2025-01-20", datetime(2025, 1, 19, 17, tzinfo=UTC)),
        # Daylight saving ends in the night before 6 April, and begins in the night before 28 September.
        ("2025-04-05", datetime(2025, 4, 4, 17, tzinfo=UTC)),
        ("2025-04-06", datetime(2025, 4, 5, 18, tzinfo=UTC)),
        ("2025-09-28", datetime(2025, 9, 27, 17, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_six_in_auckland(spark: SparkSession, day: str, start: datetime) -> None:
    rows = _hours(spark, [day], [])

    assert {row["prediction_time"] for row in rows.values()} == {start.astimezone().replace(tzinfo=None)}
    assert len(rows) == 2 * 24


def test_holidays_and_weekdays_are_those_of_the_day_until_it_ends_in_the_next_morning(spark: SparkSession) -> None:
    rows = _hours(spark, ["2025-06-19", DAY], [], holidays=(date(2025, 6, 20),))

    assert {row["is_holiday"] for row in rows.values() if row["day"] == DAY} == {1}
    assert {row["is_holiday"] for row in rows.values() if row["day"] != DAY} == {0}
    assert {row["weekday"] for row in rows.values() if row["day"] == DAY} == {6}


def test_the_data_set_has_a_row_per_hour_with_its_keys_and_label(spark: SparkSession) -> None:
    rows = spine(cleanse(raw(spark, [DAY], [count(DAY, 17, 500)]))).collect()

    assert len(rows) == 2 * 24
    labels = {row["sensor_hour"]: row["pedestrians"] for row in rows if row["pedestrians"] is not None}
    assert labels == {"45 Queen Street 17": 500.0}

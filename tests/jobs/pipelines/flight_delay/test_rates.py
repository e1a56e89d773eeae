from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.pipelines.flight_delay.transforms.rates import late_rates

#: Noon in New York.
NOON = datetime(2013, 5, 10, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)
#: 10 May 2013, counted from 1970-01-01.
DAY = 15835
SCHEMA = "destination string, scheduled_departure timestamp, departure timestamp, arrival timestamp, is_late int"


def rates(spark: SparkSession, flight: tuple[Any, ...]) -> dict[int, float]:
    """The late rate of a destination on each day from that of its only flight on."""
    flights = spark.createDataFrame([("SJU", *flight)], SCHEMA)
    requested = spark.createDataFrame([("SJU", day) for day in range(DAY, DAY + 4)], "destination string, day int")
    rows = late_rates(flights, requested, key=("destination",), days={"rate": 2}).collect()
    return {row["day"] - DAY: row["rate"] for row in rows if row["day"] < DAY + 4}


#: Of ten flights of the prior, 2.5 are late.
UNKNOWN, LATE, IN_TIME = 0.25, 3.5 / 11, 2.5 / 11


@pytest.mark.parametrize(
    ("flight", "expected"),
    [
        ((NOON, NOON, NOON + 3 * HOUR, 0), [UNKNOWN, IN_TIME, IN_TIME, UNKNOWN]),
        ((NOON, NOON + 9 * HOUR, NOON + 13 * HOUR, 1), [UNKNOWN, UNKNOWN, LATE, LATE]),
        # Cancelled in the morning and in the afternoon: given up after twelve hours, and known when that day has ended.
        ((NOON - 3 * HOUR, None, None, 1), [UNKNOWN, LATE, LATE, UNKNOWN]),
        ((NOON + HOUR, None, None, 1), [UNKNOWN, UNKNOWN, LATE, LATE]),
        # Diverted, or to an airport without a time zone.
        ((NOON - 3 * HOUR, NOON - 2 * HOUR, None, 0), [UNKNOWN, IN_TIME, IN_TIME, UNKNOWN]),
        ((NOON - 3 * HOUR, NOON + 2 * HOUR, None, 1), [UNKNOWN, UNKNOWN, LATE, LATE]),
    ],
)
def test_an_outcome_counts_from_the_day_after_it_is_known(
    spark: SparkSession, flight: tuple[Any, ...], expected: list[float]
) -> None:
    assert rates(spark, flight) == pytest.approx(dict(enumerate(expected)))

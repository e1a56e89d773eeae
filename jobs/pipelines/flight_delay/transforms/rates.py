"""Shares of late flights over past days, computed from the flights whose outcome was known before the day began."""

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.pipelines.flight_delay.transforms.rolling import Frame, rolling

#: Prior of the rates: its share, and the number of flights that it weighs as much as.
_PRIOR_SHARE, _PRIOR_FLIGHTS = 0.25, 10
_ZONE = "America/New_York"
#: From how long after its departure, or after its schedule if it never departed, a flight counts without an instant of
#: arrival: it was cancelled or diverted, or its destination has no time zone. No flight takes longer.
OUTCOME_SECONDS = 12 * 3600


def local_day(instant: Column) -> Column:
    """The local day of an instant at the departure airports, as days since 1970-01-01."""
    return F.datediff(F.to_date(F.from_utc_timestamp(instant, _ZONE)), F.lit("1970-01-01").cast("date"))


def late_rates(flights: DataFrame, requested: DataFrame, *, key: tuple[str, ...], days: Mapping[str, int]) -> DataFrame:
    """Late rates per key and `day` of `requested`: one column per name in `days`, over that number of past days."""
    left = F.unix_seconds(F.coalesce("departure", "scheduled_departure"))
    known_at = F.coalesce("arrival", F.timestamp_seconds(left + OUTCOME_SECONDS))
    outcomes = flights.filter(F.col("is_late").isNotNull()).select(
        *key, (local_day(known_at) + 1).alias("slot"), "is_late", F.lit(1).alias("known")
    )
    frames = {}
    for name, width in days.items():
        frames[f"{name}_late"] = Frame("is_late", width)
        frames[f"{name}_known"] = Frame("known", width)
    sums = rolling(outcomes, requested.withColumnRenamed("day", "slot"), key=key, frames=frames)
    rates = [
        ((F.col(f"{name}_late") + _PRIOR_SHARE * _PRIOR_FLIGHTS) / (F.col(f"{name}_known") + _PRIOR_FLIGHTS)).alias(
            name
        )
        for name in days
    ]
    return sums.select(*key, F.col("slot").alias("day"), *rates)

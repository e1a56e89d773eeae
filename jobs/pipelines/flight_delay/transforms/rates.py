"""Shares of late flights over past days, of everything that had arrived before the day began."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.pipelines.flight_delay.transforms.rolling import Frame, rolling

#: Rates of few flights are pulled towards this share with the weight of this many flights.
_PRIOR_SHARE, _PRIOR_FLIGHTS = 0.25, 10
_ZONE = "America/New_York"


def local_day(instant: Column) -> Column:
    """The local day of an instant at the departure airports, as a number."""
    return F.datediff(F.to_date(F.from_utc_timestamp(instant, _ZONE)), F.lit("1970-01-01").cast("date"))


def late_rates(flights: DataFrame, asked: DataFrame, *, key: tuple[str, ...], days: dict[str, int]) -> DataFrame:
    """Per key and `day` of `asked`, the rate each name of `days` asks for."""
    arrived = flights.filter(F.col("arrival").isNotNull() & F.col("is_late").isNotNull())
    outcomes = arrived.select(
        *key, (local_day(F.col("arrival")) + 1).alias("slot"), "is_late", F.lit(1).alias("arrived")
    )
    frames = {}
    for name, width in days.items():
        frames[f"{name}_late"] = Frame("is_late", width)
        frames[f"{name}_arrived"] = Frame("arrived", width)
    sums = rolling(outcomes, asked.withColumnRenamed("day", "slot"), key=key, frames=frames)
    rates = [
        ((F.col(f"{name}_late") + _PRIOR_SHARE * _PRIOR_FLIGHTS) / (F.col(f"{name}_arrived") + _PRIOR_FLIGHTS)).alias(
            name
        )
        for name in days
    ]
    return sums.select(*key, F.col("slot").alias("day"), *rates)

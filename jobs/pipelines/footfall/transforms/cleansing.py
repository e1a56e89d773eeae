"""Cleansing: one row per counter and hour of each day, with its count as far as it is known."""

from collections.abc import Mapping

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.columns import PREDICTION_TIME
from jobs.pipelines.footfall.sources import FIRST_HOUR, PARTITIONS
from jobs.pipelines.footfall.tables import HOURS


def cleanse(raw: Mapping[str, DataFrame]) -> dict[str, DataFrame]:
    """The cleansed table by name.

    Rows follow from the register of counters, so the day that begins is there before it is counted, and so is an hour
    that the counts lack. Such an hour keeps a null, because an estimate would become a label.
    """
    every_hour = raw["sensors"].select("day", "sensor", F.explode(F.sequence(F.lit(0), F.lit(23))).alias("hour"))
    holidays = raw["holidays"].select(F.col("date").alias("holiday"))
    date = F.col("day").cast("date")
    hour = F.lpad(F.col("hour").cast("string"), 2, "0")
    day_starts = F.col("day").cast("timestamp") + F.make_interval(hours=F.lit(FIRST_HOUR))
    rows = (
        every_hour.join(raw["counts"], on=["day", "sensor", "hour"], how="left")
        .join(F.broadcast(holidays), on=date == F.col("holiday"), how="left")
        .select(
            "*",
            F.concat_ws(" ", "day", hour, "sensor").alias("hour_id"),
            F.concat_ws(" ", "sensor", hour).alias("sensor_hour"),
            F.to_utc_timestamp(day_starts, PARTITIONS.time_zone).alias(PREDICTION_TIME),
            F.dayofweek(date).alias("weekday"),
            F.col("holiday").isNotNull().cast("int").alias("is_holiday"),
        )
    )
    return {HOURS.name: rows.select(*HOURS.column_names)}

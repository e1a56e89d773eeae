"""The features of both groups, computed from the days before the day of a row."""

from collections.abc import Mapping
from datetime import date

from pyspark.sql import Column, DataFrame, Window, WindowSpec
from pyspark.sql import functions as F

from jobs.contracts.columns import PREDICTION_TIME
from jobs.contracts.features import FeatureGroup
from jobs.pipelines.footfall.feature_groups import HOUR_HISTORY, SENSOR_TREND


def features(cleansed: Mapping[str, DataFrame], *, first_day: date, last_day: date) -> dict[str, DataFrame]:
    """Rows by feature group whose event time lies on the UTC days from first to last, both included."""
    hours = cleansed["hours"].withColumn("day_number", F.unix_date(F.col("day").cast("date")))
    is_asked_for = F.col(PREDICTION_TIME).cast("date").between(first_day, last_day)
    return {
        HOUR_HISTORY.name: _columns_of(HOUR_HISTORY, _hour_history(hours).filter(is_asked_for)),
        SENSOR_TREND.name: _columns_of(SENSOR_TREND, _sensor_trend(hours).filter(is_asked_for)),
    }


def _hour_history(hours: DataFrame) -> DataFrame:
    # Frames of days and not of rows, so that a missing day gives a null and not the count of another day.
    same_hour = Window.partitionBy("sensor", "hour").orderBy("day_number")
    same_weekday = Window.partitionBy("sensor", "hour", "weekday").orderBy("day_number")
    last_4w = same_weekday.rangeBetween(-28, -7)
    without_holidays = F.when(F.col("is_holiday") == 0, F.col("pedestrians"))
    return hours.select(
        "sensor_hour",
        PREDICTION_TIME,
        F.col("hour").alias("hour_of_day"),
        F.col("weekday").alias("day_of_week"),
        "is_holiday",
        _days_before(1, same_hour).alias("count_yesterday"),
        _days_before(7, same_hour).alias("count_last_week"),
        F.avg("pedestrians").over(same_hour.rangeBetween(-7, -1)).alias("mean_7d"),
        F.avg(without_holidays).over(last_4w).alias("mean_4w"),
        F.min(without_holidays).over(last_4w).alias("lowest_4w"),
        F.max(without_holidays).over(last_4w).alias("highest_4w"),
    )


def _sensor_trend(hours: DataFrame) -> DataFrame:
    days = hours.groupBy("sensor", PREDICTION_TIME, "day_number").agg(F.sum("pedestrians").alias("pedestrians"))
    earlier = Window.partitionBy("sensor").orderBy("day_number")
    last_week = F.sum("pedestrians").over(earlier.rangeBetween(-7, -1))
    week_before = F.sum("pedestrians").over(earlier.rangeBetween(-14, -8))
    return days.select(
        "sensor", PREDICTION_TIME, F.when(week_before > 0, last_week / week_before).alias("week_on_week")
    )


def _days_before(days: int, window: WindowSpec) -> Column:
    return F.max("pedestrians").over(window.rangeBetween(-days, -days))


def _columns_of(group: FeatureGroup, rows: DataFrame) -> DataFrame:
    event_time = F.date_format(PREDICTION_TIME, "yyyy-MM-dd'T'HH:mm:ss'Z'").alias("event_time")
    return rows.select(
        group.record_identifier.name,
        event_time,
        *(F.col(column.name).cast(column.type.value) for column in group.features),
    )

"""Frames of the pipeline's tables from a few rows, and random counts of a few weeks, reproducible by seed."""

import random
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from jobs.contracts.tables import Table
from jobs.pipelines.footfall.sources import COUNTS, HOLIDAYS, SENSORS

Rows = list[dict[str, Any]]
SENSOR_NAMES = ("45 Queen Street", "150 K Road")


def raw(
    spark: SparkSession, days: Iterable[str], counts: Rows, *, holidays: Iterable[date] = ()
) -> dict[str, DataFrame]:
    """The raw tables, with both counters in the register of every day."""
    sensors = [{"day": day, "sensor": sensor} for day in days for sensor in SENSOR_NAMES]
    named = [{"date": day, "name": "holiday"} for day in holidays]
    return {
        "sensors": frame(spark, SENSORS, sensors),
        "holidays": frame(spark, HOLIDAYS, named),
        "counts": frame(spark, COUNTS, counts),
    }


def count(day: str, hour: int, pedestrians: int | None, sensor: str = SENSOR_NAMES[0]) -> dict[str, Any]:
    """One row of the counts."""
    return {"day": day, "sensor": sensor, "hour": hour, "pedestrians": pedestrians}


def days_from(first: date, number: int) -> list[str]:
    """Consecutive days as partitions."""
    return [(first + timedelta(days=index)).isoformat() for index in range(number)]


def random_counts(days: Iterable[str], seed: int) -> Rows:
    """Counts of three hours of each counter; one in ten is absent."""
    chance = random.Random(seed)
    return [
        count(day, hour, None if chance.random() < 0.1 else chance.randrange(1000), sensor)
        for day in days
        for sensor in SENSOR_NAMES
        for hour in (0, 6, 17)
    ]


def frame(spark: SparkSession, table: Table, rows: Iterable[Mapping[str, Any]]) -> DataFrame:
    """The rows as a frame with the columns of a table; columns that a row lacks are null."""
    schema = ", ".join(f"{column.name} {column.type.value}" for column in table.columns)
    return spark.createDataFrame([tuple(row.get(name) for name in table.column_names) for row in rows], schema)

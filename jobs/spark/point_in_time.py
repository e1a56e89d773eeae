"""The point-in-time join: rows with the feature values that were known at a given moment."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.features import FeatureGroup
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.timeliness import live_since, partitions_until_due


def join_as_of(rows: DataFrame, offline: DataFrame, group: FeatureGroup, *, moment: str, known: Column) -> DataFrame:
    """Rows with the features of the newest record that was known at the column `moment`.

    `known` is the time from which a record was known, see `known_from`. Of the records known, the one with the latest
    event time counts, and of its versions the latest. A deleted record gives nulls, as does one that is older than
    `look_back_days`. Rows and records are sorted together once per key, so the cost does not grow with a join over the
    history.
    """
    key = group.record_identifier.name
    values = F.struct("is_deleted", *(column.name for column in group.features)).alias("values")
    event_time = F.col("event_time").cast("timestamp").alias("at")
    records = offline.select(
        key,
        known.alias("_at"),
        F.lit(False).alias("_is_row"),
        F.struct(event_time, "api_invocation_time", "write_time", values).alias("_record"),
    )
    requests = rows.select("*", F.col(moment).alias("_at"), F.lit(True).alias("_is_row"))
    until_now = Window.partitionBy(key).orderBy("_at", "_is_row").rowsBetween(Window.unboundedPreceding, 0)
    newest = F.max("_record").over(until_now)
    joined = requests.unionByName(records, allowMissingColumns=True).withColumn("_newest", newest).filter("_is_row")
    is_recent = F.col("_newest.at") >= F.col(moment) - F.expr(f"INTERVAL {group.look_back_days} DAYS")
    is_given = is_recent & ~F.col("_newest.values.is_deleted")
    features = (
        F.when(is_given, F.col(f"_newest.values.{column.name}")).alias(column.name) for column in group.features
    )
    return joined.select(*rows.columns, *features)


def known_from(pipeline: Pipeline) -> Column:
    """The time from which a record of an offline table was known.

    It is the event time of history and of records that were written in due time, and else the time of the write.
    """
    event_time, write_time = F.col("event_time").cast("timestamp"), F.col("write_time")
    live = live_since(pipeline)
    if live is None:
        return event_time
    is_history = event_time < F.lit(live)
    is_timely = write_time <= due_time(pipeline, event_time)
    return F.when(is_history | is_timely, event_time).otherwise(F.greatest(event_time, write_time))


def due_time(pipeline: Pipeline, event_time: Column) -> Column:
    """`jobs.contracts.timeliness.due` as a Spark column."""
    zone, grain = pipeline.partitions.time_zone, pipeline.partitions.grain
    start = F.date_trunc(grain, F.from_utc_timestamp(event_time, zone))
    end = start + F.expr(f"INTERVAL {partitions_until_due(pipeline) + 1} {grain}")
    return F.to_utc_timestamp(end, zone)

"""The point-in-time join: features as they were known at a moment, never later."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.features import FeatureGroup

_ISO = "yyyy-MM-dd'T'HH:mm:ss'Z'"
_VERSION = ("api_invocation_time", "write_time")


def join_as_of(rows: DataFrame, offline: DataFrame, group: FeatureGroup, *, moment: str) -> DataFrame:
    """Rows with the group's features of the newest record at or before `moment`; a deleted record gives none.

    Both sides are sorted together once per key, so a history of any length costs no join. Event times are
    ISO 8601 in UTC and compare as text.
    """
    key = group.record_identifier.name
    known = offline.select(
        key,
        F.col("event_time").alias("_at"),
        F.lit(False).alias("_is_asked"),
        *_VERSION,
        F.struct("is_deleted", *(column.name for column in group.features)).alias("_record"),
    )
    asked = rows.select("*", F.date_format(moment, _ISO).alias("_at"), F.lit(True).alias("_is_asked"))
    until_now = Window.partitionBy(key).orderBy("_at", "_is_asked", *_VERSION)
    found = F.last("_record", ignorenulls=True).over(until_now.rowsBetween(Window.unboundedPreceding, 0))
    joined = asked.unionByName(known, allowMissingColumns=True).withColumn("_found", found).filter("_is_asked")
    return joined.select(*rows.columns, *(_unless_deleted(column.name) for column in group.features))


def _unless_deleted(name: str) -> Column:
    return F.when(~F.col("_found.is_deleted"), F.col(f"_found.{name}")).alias(name)

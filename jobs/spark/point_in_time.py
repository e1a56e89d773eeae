"""The point-in-time join: rows with the feature values that were known at a given moment."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.contracts.features import FeatureGroup

_ISO = "yyyy-MM-dd'T'HH:mm:ss'Z'"
_VERSION = ("api_invocation_time", "write_time")


def join_as_of(rows: DataFrame, offline: DataFrame, group: FeatureGroup, *, moment: str) -> DataFrame:
    """Rows with the features of the newest record at or before the column `moment`; a deleted record gives nulls.

    Rows and records are sorted together once per key, so the cost does not grow with a join over the history.
    Event times are ISO 8601 in UTC and compare as text.
    """
    key = group.record_identifier.name
    records = offline.select(
        key,
        F.col("event_time").alias("_at"),
        F.lit(False).alias("_is_row"),
        *_VERSION,
        F.struct("is_deleted", *(column.name for column in group.features)).alias("_record"),
    )
    requests = rows.select("*", F.date_format(moment, _ISO).alias("_at"), F.lit(True).alias("_is_row"))
    until_now = Window.partitionBy(key).orderBy("_at", "_is_row", *_VERSION)
    newest = F.last("_record", ignorenulls=True).over(until_now.rowsBetween(Window.unboundedPreceding, 0))
    joined = requests.unionByName(records, allowMissingColumns=True).withColumn("_newest", newest).filter("_is_row")
    return joined.select(*rows.columns, *(_unless_deleted(column.name) for column in group.features))


def _unless_deleted(name: str) -> Column:
    return F.when(~F.col("_newest.is_deleted"), F.col(f"_newest.{name}")).alias(name)

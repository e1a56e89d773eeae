"""Versions of feature records: what a run writes where training and scoring may already have used a record.

Such a record stays. A changed value is added as a new version with the time of this run, and a record that is no longer
computed as a tombstone, so every reader of the store finds the newest values, and the point-in-time join finds those
that were known at its moment.
"""

from datetime import datetime

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.features import EVENT_TIME, FeatureGroup
from jobs.contracts.tables import Column as ContractColumn
from jobs.contracts.tables import ColumnType

#: Sums of floating-point numbers differ in the last digits when Spark adds them in another order.
_SAME = 1e-9


def written(values: DataFrame, now: datetime, *, deleted: bool = False) -> DataFrame:
    """The values with the columns that the offline store adds."""
    times = (F.lit(now).alias(name) for name in ("write_time", "api_invocation_time"))
    return values.select("*", *times, F.lit(deleted).alias("is_deleted"))


def with_versions(
    values: DataFrame, present: DataFrame, group: FeatureGroup, closed: Column, now: datetime
) -> DataFrame:
    """The rows that replace the present rows of the same days, when a run computed `values` for them.

    Present versions of records that are `closed`, a condition on their event time, are kept.
    """
    keys = [group.record_identifier.name, EVENT_TIME.name]
    features = [column.name for column in group.features]
    order = ("api_invocation_time", "write_time", "is_deleted")
    kept = present.filter(closed).select(*(column.name for column in group.offline_columns))
    newest = kept.groupBy(*keys).agg(F.max(F.struct(*order, F.struct(*features).alias("values"))).alias("old"))
    computed = values.filter(closed).select(*keys, F.struct(*features).alias("new"))
    both = computed.join(newest, on=keys, how="full_outer")
    has_old = F.col("old").isNotNull() & ~F.col("old.is_deleted")
    is_same = has_old
    for column in group.features:
        is_same = is_same & _is_same(column)
    changed = both.filter(F.col("new").isNotNull() & ~is_same).select(*keys, *(f"new.{name}" for name in features))
    vanished = both.filter(F.col("new").isNull() & has_old).select(*keys, *(f"old.values.{name}" for name in features))
    parts = (kept, written(changed, now), written(vanished, now, deleted=True))
    rows = written(values.filter(~closed), now)
    for part in parts:
        rows = rows.unionByName(part)
    return rows


def _is_same(column: ContractColumn) -> Column:
    old, new = F.col(f"old.values.{column.name}"), F.col(f"new.{column.name}")
    is_equal = new.eqNullSafe(old)
    if column.type not in (ColumnType.FLOAT, ColumnType.DOUBLE):
        return is_equal
    size = F.greatest(F.abs(new), F.abs(old))
    # NaN is greater than any number, also than infinity.
    is_near = (F.abs(new - old) <= _SAME * size) & (size < float("inf"))
    return is_equal | F.coalesce(is_near, F.lit(False))

"""Sums of past events over time slots of half an hour, without sorting the events themselves.

An event belongs to the first slot that starts at or after it. A request for a sum belongs to the last slot that starts
at or before it. A sum therefore contains only events that happened before the request.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

SLOT_SECONDS = 1800


@dataclass(frozen=True)
class Frame:
    """The sum of a column over a number of slots up to the current one; over all past slots when `slots` is None."""

    column: str
    slots: int | None = None


def slot_after(instant: Column) -> Column:
    """The first slot from which an event at this instant is known."""
    return F.ceil(F.unix_seconds(instant) / SLOT_SECONDS)


def slot_before(instant: Column) -> Column:
    """The newest slot whose events are known at this instant."""
    return F.floor(F.unix_seconds(instant) / SLOT_SECONDS)


def rolling(events: DataFrame, requested: DataFrame, *, key: tuple[str, ...], frames: Mapping[str, Frame]) -> DataFrame:
    """The sum of each frame up to and including the slot, per key and slot of `events` and `requested`."""
    columns = sorted({frame.column for frame in frames.values()})
    zeros = [F.lit(0).cast("long").alias(name) for name in columns]
    counted = events.select(*key, "slot", *(F.col(name).cast("long").alias(name) for name in columns))
    slots = (
        counted.unionByName(requested.select(*key, "slot", *zeros))
        .groupBy(*key, "slot")
        .agg(*(F.sum(name).alias(name) for name in columns))
    )
    past = Window.partitionBy(*key).orderBy("slot")
    return slots.select(
        *key,
        "slot",
        *(
            F.coalesce(F.sum(frame.column).over(past.rangeBetween(_first(frame), 0)), F.lit(0)).alias(name)
            for name, frame in frames.items()
        ),
    )


def mean(total: str, count: str) -> Column:
    """The total divided by the count; null where the count is 0."""
    return F.when(F.col(count) > 0, F.col(total) / F.col(count))


def _first(frame: Frame) -> int:
    return Window.unboundedPreceding if frame.slots is None else 1 - frame.slots

"""Sums of past events over slots of time, without sorting the events themselves.

An event belongs to the first slot that starts at or after it, a question to the last slot that starts at or before it:
so a question sees only what had happened, and all keys share this one way of looking back.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

SLOT_SECONDS = 1800


@dataclass(frozen=True)
class Frame:
    """The sum of a column over the newest slots; over all slots when none are given."""

    column: str
    slots: int | None = None


def slot_after(instant: Column) -> Column:
    """The first slot from which an event at this instant is known."""
    return F.ceil(F.unix_seconds(instant) / SLOT_SECONDS)


def slot_before(instant: Column) -> Column:
    """The newest slot that a question at this instant may look at."""
    return F.floor(F.unix_seconds(instant) / SLOT_SECONDS)


def rolling(events: DataFrame, asked: DataFrame, *, key: tuple[str, ...], frames: Mapping[str, Frame]) -> DataFrame:
    """One row per key and slot of `events` and `asked`, with the sum each frame names up to and including the slot."""
    columns = sorted({frame.column for frame in frames.values()})
    nothing = [F.lit(0).cast("long").alias(name) for name in columns]
    happened = events.select(*key, "slot", *(F.col(name).cast("long").alias(name) for name in columns))
    slots = (
        happened.unionByName(asked.select(*key, "slot", *nothing))
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
    """The mean of a rolled total, absent where nothing was counted."""
    return F.when(F.col(count) > 0, F.col(total) / F.col(count))


def _first(frame: Frame) -> int:
    return Window.unboundedPreceding if frame.slots is None else 1 - frame.slots

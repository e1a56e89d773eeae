"""When the records of feature groups are due: a value that is written later was not known before it was written.

Records are written in batches, after the moment from which their values are known. A record that is written in due time
counts from its event time, as if the batch had been a stream. One that is written later, for example a correction,
counts from the time at which it was written.
"""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from jobs.contracts.partitions import Partitions
from jobs.contracts.pipeline import Pipeline

#: A regular run may be late by this many partitions.
_GRACE = 1


def live_since(pipeline: Pipeline) -> datetime | None:
    """The instant from which runs are scheduled, or None if the schedule is pinned and no data are live.

    Records with event times before it are history: it is loaded at once, so only their event time counts.
    """
    if pipeline.schedule.pinned:
        return None
    return datetime.combine(pipeline.schedule.start, time(), ZoneInfo(pipeline.partitions.time_zone)).astimezone(UTC)


def longest_delay(pipeline: Pipeline) -> int:
    """The longest delay of the pipeline's sources, in partitions."""
    return max((source.delay for source in pipeline.sources), default=0)


def partitions_until_due(pipeline: Pipeline) -> int:
    """How many partitions after the one of its event time a record is due, at the end of that partition.

    The run that takes in a partition as its newest has a date in the partition `lag` later. The runs after it take it
    in again, as often as `reload` says, or when delayed sources arrive. One more partition is the grace.
    """
    schedule = pipeline.schedule
    return schedule.lag + schedule.reload - 1 + longest_delay(pipeline) + _GRACE


def due(pipeline: Pipeline, event_time: datetime) -> datetime:
    """The latest time at which a record of this event time, which must have a time zone, is written in due time."""
    partitions = pipeline.partitions
    return partitions.end(partitions.shift(partitions.containing(event_time), partitions_until_due(pipeline)))


def closed(pipeline: Pipeline, now: datetime) -> tuple[datetime, datetime] | None:
    """The event times, from the first to before the second, whose records must not be replaced any more.

    They are live and past their due time, so training and scoring may have used them. None if there are none.
    """
    partitions: Partitions = pipeline.partitions
    first = live_since(pipeline)
    end = partitions.start(partitions.shift(partitions.containing(now), -partitions_until_due(pipeline)))
    return (first, end) if first is not None and first < end else None

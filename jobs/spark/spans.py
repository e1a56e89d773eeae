"""Spans of partitions as Spark conditions, and the spans in which the data of a run arrive."""

from datetime import date, timedelta

from pyspark.sql import Column
from pyspark.sql import functions as F

from jobs.contracts.features import EVENT_TIME
from jobs.contracts.partitions import Grain, Partitions, Span
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.sources import Source
from jobs.contracts.tables import Column as ContractColumn
from jobs.contracts.tables import ColumnType
from jobs.contracts.timeliness import longest_delay

_FORMATS = {Grain.HOUR: "yyyy-MM-dd'T'HH", Grain.DAY: "yyyy-MM-dd", Grain.MONTH: "yyyy-MM"}


def is_within(partitions: Partitions, span: Span) -> Column:
    """The condition that a row's partition is in the span; partitions sort as text."""
    return F.col(partitions.column).between(span.first, span.last)


def partition_of(partitions: Partitions, time: ContractColumn) -> Column:
    """The partition in which a time lies; a date has no time zone and lies in the partition of its midnight."""
    local = F.col(time.name)
    if time.type is ColumnType.TIMESTAMP:
        local = F.from_utc_timestamp(local, partitions.time_zone)
    if partitions.grain is Grain.WEEK:
        return F.format_string("%04d-W%02d", F.extract(F.lit("YEAROFWEEK"), local), F.weekofyear(local))
    return F.date_format(local, _FORMATS[partitions.grain])


def has_event_time(first: str, end: str) -> Column:
    """The condition that a feature record has an event time, a text in ISO 8601, from `first` to before `end`."""
    return (F.col(EVENT_TIME.name) >= first) & (F.col(EVENT_TIME.name) < end)


def utc_days(partitions: Partitions, span: Span) -> tuple[date, date]:
    """The first and the last UTC day with a part of the span."""
    end = partitions.end(span.last) - timedelta(microseconds=1)
    return partitions.start(span.first).date(), end.date()


def arriving(pipeline: Pipeline, source: Source, span: Span) -> Span:
    """The partitions of a source that arrive in a run for the span: those of a delayed source are older."""
    partitions = pipeline.partitions
    return Span(partitions.shift(span.first, -source.delay), partitions.shift(span.last, -source.delay))


def affected(pipeline: Pipeline, span: Span) -> Span:
    """The span, and before it the partitions for which delayed sources arrive in a run for the span."""
    return Span(pipeline.partitions.shift(span.first, -longest_delay(pipeline)), span.last)

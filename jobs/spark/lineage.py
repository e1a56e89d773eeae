"""What commits to cleansed and feature tables remember, and the check that features are as new as their sources."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from jobs.contracts.features import FeatureGroup
from jobs.contracts.partitions import Span
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import ContractError
from jobs.contracts.timeliness import longest_delay
from jobs.spark import storage
from jobs.spark.commits import Commit, ancestors
from jobs.spark.job import Job

#: The partitions that a commit replaced.
_SPAN = "platform-span"
#: The snapshots of the cleansed tables from which features were computed, by table.
_SOURCES = "platform-sources"


def properties(span: Span, sources: Mapping[str, int] | None = None) -> dict[str, str]:
    """The properties of a commit that replaced the span, computed from these snapshots."""
    return {_SPAN: str(span), **({} if sources is None else {_SOURCES: json.dumps(sources)})}


def require_current(job: Job, snapshots: Mapping[str, int], spans: Collection[Span]) -> None:
    """Raise ContractError if a cleansed table changed after features that the spans need were computed from it.

    `snapshots` are those of the cleansed and the feature tables that are joined, by address. Changes of later
    partitions do not matter, nor do those of partitions before the days from which the features are computed.
    """
    needed = _needed(job.pipeline, spans)
    labels = {job.address(table): f"{table.zone}.{table.name}" for table in job.pipeline.cleansed}
    changes = {source: ancestors(job.spark, source, until=snapshots[source]) for source in labels}
    for group in job.pipeline.feature_groups:
        address = storage.feature_address(job.names, job.pipeline.name, group)
        computed = ancestors(job.spark, address, until=snapshots[address])
        for source, label in labels.items():
            stale = stale_partitions(job.pipeline, changes[source], computed, source, needed)
            if stale:
                raise _outdated(job, label, group, stale)


def _needed(pipeline: Pipeline, spans: Collection[Span]) -> Span:
    """The partitions of the spans, and those before them from whose rows their features are computed."""
    partitions = pipeline.partitions
    begin = partitions.start(min(span.first for span in spans)) - timedelta(days=pipeline.history_days)
    return Span(partitions.containing(begin), max(span.last for span in spans))


def stale_partitions(
    pipeline: Pipeline, changes: Sequence[Commit], computed: Sequence[Commit], source: str, needed: Span
) -> list[str]:
    """The needed partitions that changed after the last computation of their features; commits are newest first."""
    ages = {commit.snapshot_id: age for age, commit in enumerate(changes)}
    changed: dict[str, int] = {}
    for age, change in enumerate(changes):
        if not change.moved_rows and not _is_before(change, computed):
            changed = dict.fromkeys(_within(pipeline, change, needed), age) | changed
    covered: dict[str, int] = {}
    for commit in computed:
        source_id = json.loads(commit.properties.get(_SOURCES, "{}")).get(source)
        for partition in _within(pipeline, commit, needed) if source_id in ages else ():
            covered[partition] = min(ages[source_id], covered.get(partition, len(changes)))
    return sorted(name for name, age in changed.items() if covered.get(name, len(changes)) > age)


def _is_before(change: Commit, computed: Sequence[Commit]) -> bool:
    """Whether the snapshot of the computation that followed the change may have expired."""
    oldest = computed[-1]
    return oldest.parent_id is not None and change.committed_at < oldest.committed_at


def _within(pipeline: Pipeline, commit: Commit, needed: Span) -> Sequence[str]:
    """The needed partitions that a commit replaced; a writer that left no property may have replaced all."""
    text = commit.properties.get(_SPAN)
    span = pipeline.partitions.span(text) if text else needed
    first, last = max(span.first, needed.first), min(span.last, needed.last)
    return pipeline.partitions.range(first, last) if first <= last else ()


def _outdated(job: Job, table: str, group: FeatureGroup, stale: Sequence[str]) -> ContractError:
    partitions, (data, *_) = job.pipeline.partitions, job.pipeline.dag_ids
    # A run for a span also takes in the partitions before it for which delayed sources arrive.
    first = min(partitions.shift(stale[0], longest_delay(job.pipeline)), stale[-1])
    return ContractError(
        f"table {table}: {partitions.grain}s {stale[0]} to {stale[-1]} changed after feature group {group.name} was "
        f"computed from them; run the DAG {data}, or only its job features, with first={first} and last={stale[-1]}, "
        "and repeat this run"
    )


def reach(pipeline: Pipeline, span: Span, newest: str) -> Span:
    """The span and the partitions after it whose features are computed from its rows, up to the newest."""
    partitions = pipeline.partitions
    last_day = (partitions.end(span.last) - timedelta(microseconds=1)).date()
    furthest = datetime.combine(last_day + timedelta(days=pipeline.history_days), time.max, UTC)
    return Span(span.first, max(span.last, min(partitions.containing(furthest), newest)))

"""The features job: from cleansed tables to the offline tables of the SageMaker feature groups."""

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.features import EVENT_TIME, FeatureGroup
from jobs.contracts.partitions import Span
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Zone
from jobs.contracts.timeliness import closed
from jobs.spark import storage
from jobs.spark.arguments import add_span, chosen_span, job_parser
from jobs.spark.feature_versions import with_versions, written
from jobs.spark.job import Job, run_job
from jobs.spark.keys import require_unique
from jobs.spark.lineage import properties, reach
from jobs.spark.report import JobResult, TableReport
from jobs.spark.results import feature_rows
from jobs.spark.spans import affected, has_event_time, is_within, utc_days


def features(job: Job, *, span: Span, offline_store: str, now: datetime | None = None) -> JobResult:
    """Compute the features of the UTC days on which partitions of the span lie, and of the days they have an effect on.

    These are the partitions before the span for which delayed sources have arrived, and the `history_days` after it, as
    far as there are cleansed partitions. Records of these days are replaced, or kept with a new version where training
    may have used them. Event times are in UTC and partitions begin at local midnight, so the first and the last of
    these days can belong to two partitions. `offline_store` is the folder in which a missing offline table is created.
    `now` is the time of writing; None is the present.
    """
    sources = {
        job.address(table): storage.snapshot_id(job.spark, job.address(table)) for table in job.pipeline.cleansed
    }
    cleansed = {
        table.name: storage.read(job.spark, job.address(table), snapshot=sources[job.address(table)])
        for table in job.pipeline.cleansed
    }
    replaced = reach(job.pipeline, affected(job.pipeline, span), _newest(job, cleansed.values()))
    first_day, last_day = utc_days(job.pipeline.partitions, replaced)
    is_known = is_within(job.pipeline.partitions, _known(job.pipeline, first_day, last_day))
    known = {name: frame.filter(is_known) for name, frame in cleansed.items()}
    returned = job.transforms.features(known, first_day=first_day, last_day=last_day)
    frames = feature_rows(job.pipeline, returned)
    write = _Write(job, offline_store, first_day, last_day, now or datetime.now(UTC), properties(replaced, sources))
    return JobResult(tables=tuple(write.publish(group, frames[group.name]) for group in job.pipeline.feature_groups))


def offline_store(job: Job) -> str:
    """The `s3://` folder in which SageMaker keeps the offline tables of the pipeline's feature groups."""
    return job.names.offline_store(job.pipeline.name)


def _known(pipeline: Pipeline, first_day: date, last_day: date) -> Span:
    """The partitions from which the features of these UTC days are computed."""
    oldest = datetime.combine(first_day - timedelta(days=pipeline.history_days), time.min, UTC)
    newest = datetime.combine(last_day, time.max, UTC)
    return Span(pipeline.partitions.containing(oldest), pipeline.partitions.containing(newest))


def _newest(job: Job, cleansed: Iterable[DataFrame]) -> str:
    """The newest partition of all cleansed tables, or an empty text if they have no rows."""
    column = F.max(job.pipeline.partitions.column)
    return max(frame.agg(column).collect()[0][0] or "" for frame in cleansed)


@dataclass(frozen=True)
class _Write:
    """The write of all groups for the same days."""

    job: Job
    offline_store: str
    first_day: date
    last_day: date
    now: datetime
    properties: Mapping[str, str]

    def publish(self, group: FeatureGroup, frame: DataFrame) -> TableReport:
        """Replace the records of a group; raises ContractError when a record is repeated."""
        job, day_after = self.job, self.last_day + timedelta(days=1)
        days = has_event_time(self.first_day.isoformat(), day_after.isoformat())
        name = job.names.feature_table(job.pipeline.name, group.name)
        address = storage.feature_address(job.names, job.pipeline.name, group)
        storage.create_feature_table(job.spark, address, group, location=f"{self.offline_store.rstrip('/')}/{name}")
        values = frame.filter(days).select(*(column.name for column in group.columns)).persist()
        require_unique(
            values,
            (group.record_identifier.name, EVENT_TIME.name),
            what=f"feature group {group.name}",
            remedy=f"correct features in the transforms of {job.pipeline.name}",
        )
        rows = self._rows(group, values, storage.read(job.spark, address).filter(days))
        commit = storage.overwrite(rows, address, where=days, properties=self.properties)
        values.unpersist()
        return TableReport.of(f"{Zone.FEATURES}.{group.name}", commit.rows, commit.snapshot_id)

    def _rows(self, group: FeatureGroup, values: DataFrame, present: DataFrame) -> DataFrame:
        times = closed(self.job.pipeline, self.now)
        if times is None or times[0].date() > self.last_day or times[1].date() < self.first_day:
            return written(values, self.now)
        first, end = (f"{instant:%Y-%m-%dT%H:%M:%SZ}" for instant in times)
        return with_versions(values, present, group, has_event_time(first, end), self.now)


def _run(job: Job, options: argparse.Namespace) -> JobResult:
    return features(job, span=chosen_span(options, job.pipeline.partitions), offline_store=offline_store(job))


def main() -> None:
    """Run the job from the command line."""
    parser = job_parser("features")
    add_span(parser)
    run_job("features", parser, _run)


if __name__ == "__main__":
    main()

"""The features job: from cleansed tables to the offline tables of the SageMaker feature groups."""

import argparse
from datetime import UTC, date, datetime, time, timedelta

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.features import EVENT_TIME, FeatureGroup
from jobs.contracts.partitions import Span
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import Zone
from jobs.spark import storage
from jobs.spark.arguments import add_span, chosen_span, job_parser
from jobs.spark.job import Job, run_job
from jobs.spark.keys import require_unique
from jobs.spark.report import JobResult, TableReport
from jobs.spark.results import feature_rows
from jobs.spark.spans import is_within, utc_days


def features(job: Job, *, span: Span, offline_store: str) -> JobResult:
    """Replace the UTC days on which partitions of the span lie in every feature group.

    Event times are in UTC and partitions begin at local midnight, so the first and the last of these days can belong to
    two partitions. `offline_store` is the folder in which a missing offline table is created.
    """
    first_day, last_day = utc_days(job.pipeline.partitions, span)
    known = _known(job.pipeline, first_day, last_day)
    cleansed = {
        table.name: storage.read(job.spark, job.address(table)).filter(is_within(job.pipeline.partitions, known))
        for table in job.pipeline.cleansed
    }
    returned = job.transforms.features(cleansed, first_day=first_day, last_day=last_day)
    frames = feature_rows(job.pipeline, returned)
    return JobResult(
        tables=tuple(
            _publish(job, group, frames[group.name], _is_between(first_day, last_day), offline_store)
            for group in job.pipeline.feature_groups
        )
    )


def offline_store(job: Job) -> str:
    """The `s3://` folder in which SageMaker keeps the offline tables of the pipeline's feature groups."""
    return job.names.offline_store(job.pipeline.name)


def _known(pipeline: Pipeline, first_day: date, last_day: date) -> Span:
    """The partitions from which the features of these UTC days are computed."""
    oldest = datetime.combine(first_day - timedelta(days=pipeline.history_days), time.min, UTC)
    newest = datetime.combine(last_day, time.max, UTC)
    return Span(pipeline.partitions.containing(oldest), pipeline.partitions.containing(newest))


def _publish(job: Job, group: FeatureGroup, frame: DataFrame, days: Column, offline_store: str) -> TableReport:
    name = job.names.feature_table(job.pipeline.name, group.name)
    address = storage.feature_address(job.names, job.pipeline.name, group)
    storage.create_feature_table(job.spark, address, group, location=f"{offline_store.rstrip('/')}/{name}")
    values = frame.filter(days).select(*(column.name for column in group.columns)).persist()
    require_unique(
        values,
        (group.record_identifier.name, EVENT_TIME.name),
        what=f"feature group {group.name}",
        remedy=f"correct features in the transforms of {job.pipeline.name}",
    )
    rows = values.select(
        "*",
        F.current_timestamp().alias("write_time"),
        F.current_timestamp().alias("api_invocation_time"),
        F.lit(False).alias("is_deleted"),
    )
    commit = storage.overwrite(rows, address, where=days)
    values.unpersist()
    return TableReport.of(f"{Zone.FEATURES}.{group.name}", commit.rows, commit.snapshot_id)


def _is_between(first_day: date, last_day: date) -> Column:
    day_after = last_day + timedelta(days=1)
    return (F.col("event_time") >= first_day.isoformat()) & (F.col("event_time") < day_after.isoformat())


def _run(job: Job, options: argparse.Namespace) -> JobResult:
    return features(job, span=chosen_span(options, job.pipeline.partitions), offline_store=offline_store(job))


def main() -> None:
    """Run the job from the command line."""
    parser = job_parser("features")
    add_span(parser)
    run_job("features", parser, _run)


if __name__ == "__main__":
    main()

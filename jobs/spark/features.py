"""The features job: from cleansed tables to the offline tables of the SageMaker feature groups."""

import argparse
from datetime import date, timedelta

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.columns import MONTH
from jobs.contracts.features import OFFLINE_STORE_FOLDER, FeatureGroup
from jobs.contracts.months import month_range
from jobs.contracts.tables import Zone
from jobs.spark import storage
from jobs.spark.arguments import add_months, chosen_months, job_parser
from jobs.spark.job import Job, run_job
from jobs.spark.report import JobResult, TableReport
from jobs.spark.transforms import load_transforms


def features(job: Job, *, months: tuple[str, ...], offline_store: str) -> JobResult:
    """Replace the days of the months, and the day after them, in every feature group.

    Event times are in UTC and months are local time: the prediction time of a flight on the last evening of a month
    can be on the next UTC day. `offline_store` is the folder in which a missing offline table is created.
    """
    transforms = load_transforms(job.pipeline.name)
    first_day, last_day = _first_day(months[0]), _first_day(_next_month(months[-1]))
    cleansed = {
        table.name: _read(job, job.address(table), first_day - timedelta(days=transforms.HISTORY_DAYS), last_day)
        for table in job.tables(Zone.CLEANSED)
    }
    frames = transforms.features(cleansed, first_day=first_day, last_day=last_day)
    return JobResult(
        tables=tuple(
            _publish(job, group, frames[group.name], _is_between(first_day, last_day), offline_store)
            for group in job.pipeline.feature_groups
        )
    )


def offline_store(job: Job) -> str:
    """The `s3://` folder in which SageMaker keeps the offline tables of the environment's feature groups."""
    return job.names.uri(Zone.FEATURES, OFFLINE_STORE_FOLDER)


def _read(job: Job, address: str, first_day: date, last_day: date) -> DataFrame:
    months = month_range(f"{first_day:%Y-%m}", f"{last_day:%Y-%m}")
    return storage.read(job.spark, address).filter(F.col(MONTH).isin(*months))


def _publish(job: Job, group: FeatureGroup, frame: DataFrame, days: Column, offline_store: str) -> TableReport:
    name = job.names.feature_table(job.pipeline.name, group.name)
    address = storage.feature_address(job.names, job.pipeline.name, group)
    storage.create_feature_table(job.spark, address, group, location=f"{offline_store.rstrip('/')}/{name}")
    rows = frame.select(
        *(column.name for column in group.columns),
        F.current_timestamp().alias("write_time"),
        F.current_timestamp().alias("api_invocation_time"),
        F.lit(False).alias("is_deleted"),
    )
    commit = storage.overwrite(rows, address, where=days)
    return TableReport.of(f"{Zone.FEATURES}.{group.name}", commit.rows, commit.snapshot_id)


def _is_between(first_day: date, last_day: date) -> Column:
    day_after = last_day + timedelta(days=1)
    return (F.col("event_time") >= first_day.isoformat()) & (F.col("event_time") < day_after.isoformat())


def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _next_month(month: str) -> str:
    return f"{_first_day(month) + timedelta(days=31):%Y-%m}"


def _run(job: Job, options: argparse.Namespace) -> JobResult:
    return features(job, months=chosen_months(options), offline_store=offline_store(job))


def main() -> None:
    """Run the job from the command line."""
    parser = job_parser("features")
    add_months(parser)
    run_job("features", parser, _run)


if __name__ == "__main__":
    main()

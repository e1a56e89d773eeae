"""Cleansed tables to feature groups: SageMaker's offline tables, the days of the months replaced."""

import argparse
from datetime import date, timedelta

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.columns import MONTH
from jobs.contracts.features import FeatureGroup
from jobs.contracts.months import month_range
from jobs.contracts.tables import Zone
from jobs.spark import storage
from jobs.spark.arguments import add_months, chosen_months, job_parser
from jobs.spark.job import Job, run_job
from jobs.spark.report import TableReport, Work
from jobs.spark.transforms import load_transforms


def features(job: Job, *, months: tuple[str, ...], offline_store: str) -> Work:
    """Replace the days of the months, and the day after them, in every feature group.

    Event times are UTC and months are local: flights of a month's last evening are asked about on the next UTC day.
    """
    transforms = load_transforms(job.pipeline.name)
    first_day, last_day = _first_of(months[0]), _first_of(_after(months[-1]))
    cleansed = {
        table.name: _read(job, job.address(table), first_day - timedelta(days=transforms.HISTORY_DAYS), last_day)
        for table in job.tables(Zone.CLEANSED)
    }
    frames = transforms.features(cleansed, first_day=first_day, last_day=last_day)
    return Work(
        tables=tuple(
            _publish(job, group, frames[group.name], _is_between(first_day, last_day), offline_store)
            for group in job.pipeline.feature_groups
        )
    )


def _read(job: Job, address: str, first_day: date, last_day: date) -> DataFrame:
    months = month_range(f"{first_day:%Y-%m}", f"{last_day:%Y-%m}")
    return storage.read(job.spark, address).filter(F.col(MONTH).isin(*months))


def _publish(job: Job, group: FeatureGroup, frame: DataFrame, days: Column, offline_store: str) -> TableReport:
    name = job.names.feature_table(job.pipeline.name, group.name)
    address = storage.feature_address(job.names, job.pipeline.name, group)
    storage.create_feature_table(job.spark, address, group, location=f"{offline_store.rstrip('/')}/{name}")
    stamped = frame.select(
        *(column.name for column in group.columns),
        F.current_timestamp().alias("write_time"),
        F.current_timestamp().alias("api_invocation_time"),
        F.lit(False).alias("is_deleted"),
    )
    commit = storage.overwrite(stamped, address, where=days)
    return TableReport.of(f"{Zone.FEATURES}.{group.name}", commit.rows, commit.snapshot_id)


def _is_between(first_day: date, last_day: date) -> Column:
    day_after = last_day + timedelta(days=1)
    return (F.col("event_time") >= first_day.isoformat()) & (F.col("event_time") < day_after.isoformat())


def _first_of(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _after(month: str) -> str:
    return f"{_first_of(month) + timedelta(days=31):%Y-%m}"


def _work(job: Job, options: argparse.Namespace) -> Work:
    store = options.offline_store or job.names.uri(Zone.FEATURES, job.pipeline.name)
    return features(job, months=chosen_months(options), offline_store=store)


def main() -> None:
    """Run the job from the command line."""
    parser = job_parser("features")
    add_months(parser)
    parser.add_argument(
        "--offline-store", help="folder of the offline tables; the pipeline's features bucket by default"
    )
    run_job("features", parser, _work)


if __name__ == "__main__":
    main()

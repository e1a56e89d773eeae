"""The cleanse job: from raw to cleansed tables, with outliers and missing values treated and counted."""

import argparse

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.columns import MONTH, TREATMENTS
from jobs.contracts.tables import ContractError, Table, Zone
from jobs.spark import storage
from jobs.spark.arguments import add_months, chosen_months, job_parser
from jobs.spark.job import Job, run_job
from jobs.spark.report import JobResult, TableReport, Treatment
from jobs.spark.transforms import load_transforms


def cleanse(job: Job, *, months: tuple[str, ...]) -> JobResult:
    """Replace the months in every cleansed table; raises ContractError when a month has too few rows."""
    raw = {source.name: _read(job, source, months) for source in job.pipeline.sources}
    frames = {name: frame.persist() for name, frame in load_transforms(job.pipeline.name).cleanse(raw).items()}
    tables = job.tables(Zone.CLEANSED)
    for table in tables:
        _check_row_counts(table, frames[table.name], months)
    treatments = tuple(treatment for table in tables for treatment in _count_treatments(frames[table.name]))
    reports = tuple(_publish(job, table, frames[table.name], months) for table in tables)
    return JobResult(tables=reports, treatments=treatments)


def _read(job: Job, source: Table, months: tuple[str, ...]) -> DataFrame:
    rows = storage.read(job.spark, job.address(source))
    return rows.filter(F.col(MONTH).isin(*months)) if source.partition_by else rows


def _check_row_counts(table: Table, frame: DataFrame, months: tuple[str, ...]) -> None:
    rows = {row[MONTH]: row["count"] for row in frame.groupBy(MONTH).count().collect()}
    for month in months:
        if rows.get(month, 0) < table.quality.minimum_rows:
            raise ContractError(
                f"table {table.zone}.{table.name}: {month} has {rows.get(month, 0)} rows, at least "
                f"{table.quality.minimum_rows} are required; ingest the month first"
            )


def _count_treatments(frame: DataFrame) -> list[Treatment]:
    counts = frame.select(F.explode(TREATMENTS).alias("name")).groupBy("name").count().orderBy("name").collect()
    return [
        Treatment(column=row["name"].split(": ")[0], treatment=row["name"].split(": ")[1], rows=row["count"])
        for row in counts
    ]


def _publish(job: Job, table: Table, frame: DataFrame, months: tuple[str, ...]) -> TableReport:
    address = job.address(table)
    storage.create_table(job.spark, address, table)
    commit = storage.overwrite(frame.drop(TREATMENTS), address, where=F.col(MONTH).isin(*months))
    return TableReport.of(f"{table.zone}.{table.name}", commit.rows, commit.snapshot_id)


def _run(job: Job, options: argparse.Namespace) -> JobResult:
    return cleanse(job, months=chosen_months(options))


def main() -> None:
    """Run the job from the command line."""
    parser = job_parser("cleanse")
    add_months(parser)
    run_job("cleanse", parser, _run)


if __name__ == "__main__":
    main()

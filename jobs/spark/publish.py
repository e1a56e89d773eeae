"""Output of a batch transform to the predictions table: one month, complete or not at all."""

import argparse

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.columns import MONTH, SCORE, SCORED_AT, SPLIT
from jobs.contracts.months import parse_month
from jobs.contracts.tables import ContractError, Table, Zone
from jobs.spark import files, quality, storage
from jobs.spark.arguments import job_parser
from jobs.spark.job import Job, run_job
from jobs.spark.report import TableReport, Work


def publish(job: Job, *, month: str, predictions: str) -> Work:
    """Replace the month's predictions; raises ContractError unless there is one sound prediction per scored row."""
    (table,) = job.tables(Zone.PREDICTIONS)
    columns = [column for column in table.columns if column.name not in (MONTH, SCORED_AT)]
    lines = files.read_json_lines(job.spark, predictions, columns)
    complete = lines.withColumn(MONTH, F.lit(month)).withColumn(SCORED_AT, F.current_timestamp())
    rows = quality.judge(complete.select(*table.column_names), table, references={})
    _check(job, table, rows, month)
    address = job.address(table)
    storage.create_table(job.spark, address, table)
    commit = storage.overwrite(quality.accepted(rows), address, where=F.col(MONTH) == month)
    return Work(tables=(TableReport.of(f"{table.zone}.{table.name}", commit.rows, commit.snapshot_id),))


def _check(job: Job, table: Table, rows: DataFrame, month: str) -> None:
    counts = quality.count_batches(rows, table)
    found = sum(batch.rows for batch in counts)
    broken = {rule: count for batch in counts for rule, count in batch.rules.items()}
    if broken:
        raise ContractError(
            f"predictions of {month}: rows break {broken} of {found}, allowed is none; repeat the batch transform"
        )
    scored = storage.read(job.spark, job.address(job.table(Zone.DATASETS, "training")))
    expected = scored.filter((F.col(SPLIT) == SCORE) & (F.col(MONTH) == month)).count()
    if found != expected:
        raise ContractError(
            f"predictions of {month}: received {found} rows, the data set has {expected} to score; "
            "repeat the batch transform"
        )


def _work(job: Job, options: argparse.Namespace) -> Work:
    return publish(job, month=parse_month(options.month), predictions=options.predictions)


def main() -> None:
    """Run the job from the command line."""
    parser = job_parser("publish")
    parser.add_argument("--month", required=True, help="the month that was scored")
    parser.add_argument("--predictions", required=True, help="folder of the transform's output, JSON lines")
    run_job("publish", parser, _work)


if __name__ == "__main__":
    main()

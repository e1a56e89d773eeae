"""The publish job: from the output of a batch transform to one month of the predictions table."""

import argparse

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.columns import MONTH, SCORE, SCORED_AT, SPLIT
from jobs.contracts.months import parse_month
from jobs.contracts.tables import ContractError, Table, Zone
from jobs.spark import files, quality, storage
from jobs.spark.arguments import job_parser
from jobs.spark.job import Job, run_job
from jobs.spark.report import JobResult, TableReport


def publish(job: Job, *, month: str, predictions: str) -> JobResult:
    """Replace the month's predictions; raises ContractError unless every scored row has one valid prediction."""
    table = job.only_table(Zone.PREDICTIONS)
    columns = [column for column in table.columns if column.name not in (MONTH, SCORED_AT)]
    lines = files.read_json_lines(job.spark, predictions, columns)
    complete = lines.withColumn(MONTH, F.lit(month)).withColumn(SCORED_AT, F.current_timestamp())
    rows = quality.validate(complete.select(*table.column_names), table, references={})
    _check(job, table, rows, month)
    address = job.address(table)
    storage.create_table(job.spark, address, table)
    commit = storage.overwrite(quality.accepted(rows), address, where=F.col(MONTH) == month)
    return JobResult(tables=(TableReport.of(f"{table.zone}.{table.name}", commit.rows, commit.snapshot_id),))


def _check(job: Job, table: Table, rows: DataFrame, month: str) -> None:
    counts = quality.count_batches(rows, table)
    received = sum(batch.rows for batch in counts)
    broken = {rule: count for batch in counts for rule, count in batch.rules.items()}
    if broken:
        raise ContractError(
            f"predictions of {month}: rows break {broken} of {received}, allowed is none; repeat the batch transform"
        )
    scored = storage.read(job.spark, job.address(job.only_table(Zone.DATASETS)))
    expected = scored.filter((F.col(SPLIT) == SCORE) & (F.col(MONTH) == month)).count()
    if received != expected:
        raise ContractError(
            f"predictions of {month}: received {received} rows, the data set has {expected} to score; "
            "repeat the batch transform"
        )


def _run(job: Job, options: argparse.Namespace) -> JobResult:
    return publish(job, month=parse_month(options.month), predictions=options.predictions)


def main() -> None:
    """Run the job from the command line."""
    parser = job_parser("publish")
    parser.add_argument("--month", required=True, help="month of the predictions, as YYYY-MM")
    parser.add_argument("--predictions", required=True, help="folder with the output of the transform job, JSON lines")
    run_job("publish", parser, _run)


if __name__ == "__main__":
    main()

"""The publish job: from the output of a batch transform to one partition of the predictions table."""

import argparse

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.columns import SCORE, SCORED_AT, SPLIT
from jobs.contracts.tables import ContractError, Table
from jobs.spark import json_files, quality, storage
from jobs.spark.arguments import job_parser
from jobs.spark.job import Job, run_job
from jobs.spark.report import JobResult, TableReport


def publish(job: Job, *, partition: str, predictions: str) -> JobResult:
    """Replace the partition's predictions; raises ContractError unless every scored row has one valid prediction."""
    table, partitioned = job.pipeline.predictions, job.pipeline.partitions.column
    columns = [column for column in table.columns if column.name not in (partitioned, SCORED_AT)]
    lines = json_files.read_json_lines(job.spark, predictions, columns)
    complete = lines.withColumn(partitioned, F.lit(partition)).withColumn(SCORED_AT, F.current_timestamp())
    rows = quality.validate(complete.select(*table.column_names), table, references={})
    _check(job, table, rows, partition)
    address = job.address(table)
    storage.create_table(job.spark, address, table)
    commit = storage.overwrite(quality.accepted(rows), address, where=F.col(partitioned) == partition)
    return JobResult(tables=(TableReport.of(f"{table.zone}.{table.name}", commit.rows, commit.snapshot_id),))


def _check(job: Job, table: Table, rows: DataFrame, partition: str) -> None:
    counts = quality.count_batches(rows, table)
    received = sum(batch.rows for batch in counts)
    broken = {rule: count for batch in counts for rule, count in batch.rules.items()}
    if broken:
        raise ContractError(
            f"predictions of {partition}: rows break {broken} of {received}, allowed is none; "
            "repeat the batch transform"
        )
    rows_to_score = (F.col(SPLIT) == SCORE) & (F.col(job.pipeline.partitions.column) == partition)
    expected = storage.read(job.spark, job.address(job.pipeline.dataset)).filter(rows_to_score).count()
    if received != expected:
        raise ContractError(
            f"predictions of {partition}: received {received} rows, the data set has {expected} to score; "
            "repeat the run from its data set"
        )


def _run(job: Job, options: argparse.Namespace) -> JobResult:
    return publish(job, partition=job.pipeline.partitions.parse(options.partition), predictions=options.predictions)


def main() -> None:
    """Run the job from the command line."""
    parser = job_parser("publish")
    parser.add_argument("--partition", required=True, help="partition of the predictions")
    parser.add_argument("--predictions", required=True, help="folder with the output of the transform job, JSON lines")
    run_job("publish", parser, _run)


if __name__ == "__main__":
    main()

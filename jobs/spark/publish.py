"""The publish job: from the output of a batch transform to one partition of the predictions table."""

import argparse

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.columns import SCORE, SCORED_AT, SPLIT
from jobs.contracts.tables import ContractError, Table
from jobs.spark import quality, storage
from jobs.spark.arguments import job_parser
from jobs.spark.job import Job, run_job
from jobs.spark.landing import json_files
from jobs.spark.objects import read_json
from jobs.spark.report import JobResult, TableReport

_EXAMPLES = 3


def publish(job: Job, *, partition: str, predictions: str, dataset: str) -> JobResult:
    """Replace the partition's predictions by those of a batch transform.

    `dataset` is the `dataset.json` of the run, whose snapshot has the rows to score. Raises ContractError unless each
    of them has one valid prediction and there is no other prediction.
    """
    table, partitioned = job.pipeline.predictions, job.pipeline.partitions.column
    expected = _to_score(job, partition, dataset)
    columns = [column for column in table.columns if column.name not in (partitioned, SCORED_AT)]
    lines = json_files.read_json_lines(job.spark, predictions, columns)
    complete = lines.withColumn(partitioned, F.lit(partition)).withColumn(SCORED_AT, F.current_timestamp())
    rows = quality.validate(complete.select(*table.column_names), table, references={})
    _check_rules(table, rows, partition)
    _check_identifiers(job, rows, expected, partition)
    address = job.address(table)
    storage.create_table(job.spark, address, table)
    commit = storage.overwrite(quality.accepted(rows), address, where=F.col(partitioned) == partition)
    return JobResult(tables=(TableReport.of(f"{table.zone}.{table.name}", commit.rows, commit.snapshot_id),))


def _to_score(job: Job, partition: str, dataset: str) -> DataFrame:
    """The identifiers of the partition's rows to score in the data set of the run."""
    address = job.address(job.pipeline.dataset)
    document = read_json(job.spark, dataset)
    snapshot = document.get("snapshots", {}).get(address) if isinstance(document, dict) else None
    if snapshot is None:
        raise ContractError(f"{dataset} names no snapshot of table {address}; allowed is dataset.json of the run")
    rows = storage.read_snapshot(job.spark, address, snapshot)
    is_scored = (F.col(SPLIT) == SCORE) & (F.col(job.pipeline.partitions.column) == partition)
    return rows.filter(is_scored).select(job.pipeline.model.identifier)


def _check_rules(table: Table, rows: DataFrame, partition: str) -> None:
    counts = quality.count_batches(rows, table)
    broken = {rule: count for batch in counts for rule, count in batch.rules.items()}
    if broken:
        names = table.keys[0]
        examples = [
            row[names] for row in quality.rejected(rows).select(names).orderBy(names).limit(_EXAMPLES).collect()
        ]
        raise ContractError(
            f"predictions of {partition}: rows break {broken} of {sum(batch.rows for batch in counts)}, for example "
            f"{examples}, allowed is none; repeat the batch transform"
        )


def _check_identifiers(job: Job, rows: DataFrame, expected: DataFrame, partition: str) -> None:
    """Raise ContractError unless the predictions have the identifiers of the rows to score."""
    name = job.pipeline.model.identifier
    received = rows.select(name)
    sides = {
        "missing": expected.join(received, name, "left_anti"),
        "unexpected": received.join(expected, name, "left_anti"),
    }
    wrong = {
        what: f"{number} {what}, for example {[row[name] for row in found.orderBy(name).limit(_EXAMPLES).collect()]}"
        for what, found in sides.items()
        if (number := found.count())
    }
    if wrong:
        raise ContractError(
            f"predictions of {partition}: of {expected.count()} rows to score, {'; '.join(wrong.values())}; repeat the "
            "batch transform of this run's data set"
        )


def _run(job: Job, options: argparse.Namespace) -> JobResult:
    partition = job.pipeline.partitions.parse(options.partition)
    return publish(job, partition=partition, predictions=options.predictions, dataset=options.dataset)


def main() -> None:
    """Run the job from the command line."""
    parser = job_parser("publish")
    parser.add_argument("--partition", required=True, help="partition of the predictions")
    parser.add_argument("--predictions", required=True, help="folder with the output of the transform job, JSON lines")
    parser.add_argument("--dataset", required=True, help="s3:// URI of dataset.json of the run whose rows were scored")
    run_job("publish", parser, _run)


if __name__ == "__main__":
    main()

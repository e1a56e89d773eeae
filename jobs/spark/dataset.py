"""The dataset job: labels joined with features as of prediction time, split by month, with manifests of its files."""

import argparse
from collections.abc import Mapping

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.columns import MONTH, PREDICTION_TIME, SCORE, SPLIT, SPLITS
from jobs.contracts.tables import ContractError, Table, Zone
from jobs.spark import storage
from jobs.spark.arguments import job_parser, month_list
from jobs.spark.job import Job, run_job
from jobs.spark.manifests import write_manifests
from jobs.spark.point_in_time import join_as_of
from jobs.spark.report import JobResult, TableReport
from jobs.spark.transforms import load_transforms


def dataset(job: Job, *, months: Mapping[str, tuple[str, ...]], output: str) -> JobResult:
    """Write all splits in one snapshot, then the manifests that list the files of this snapshot.

    `months` are the months of each split; `output` is the `s3://` folder of the manifests.
    Raises ContractError when a month of a split has no rows.
    """
    table = job.only_table(Zone.DATASETS)
    snapshots = _snapshots(job)
    rows = _split_rows(job, months, snapshots)
    counts = _count(rows, table, months)
    for group in job.pipeline.feature_groups:
        address = storage.feature_address(job.names, job.pipeline.name, group)
        offline = storage.read(job.spark, address, snapshot=snapshots[address])
        rows = join_as_of(rows, offline, group, moment=PREDICTION_TIME)
    address = job.address(table)
    storage.create_table(job.spark, address, table)
    commit = storage.overwrite(rows.select(*table.column_names), address, where=F.lit(True))
    write_manifests(
        job.spark,
        output,
        files=storage.data_files(job.spark, address, snapshot=commit.snapshot_id, partition=SPLIT),
        summary={
            "snapshots": {**snapshots, address: commit.snapshot_id},
            "rows": counts,
            "months": {split: list(names) for split, names in months.items()},
            "features": [name for name in table.column_names if name not in _not_features(job, table)],
        },
    )
    return JobResult(tables=(TableReport.of(f"{table.zone}.{table.name}", commit.rows, commit.snapshot_id),))


def _snapshots(job: Job) -> dict[str, int]:
    """The current snapshot of every table that the data set is made from."""
    groups = [storage.feature_address(job.names, job.pipeline.name, group) for group in job.pipeline.feature_groups]
    tables = [job.address(table) for table in job.tables(Zone.CLEANSED)]
    return {address: storage.snapshot_id(job.spark, address) for address in (*groups, *tables)}


def _split_rows(job: Job, months: Mapping[str, tuple[str, ...]], snapshots: Mapping[str, int]) -> DataFrame:
    """The spine, with each row repeated for every split that has its month; only split `score` keeps null labels."""
    cleansed = {
        source.name: storage.read(job.spark, job.address(source), snapshot=snapshots[job.address(source)])
        for source in job.tables(Zone.CLEANSED)
    }
    splits = [F.when(F.col(MONTH).isin(*names), F.lit(split)) for split, names in months.items()]
    spine = load_transforms(job.pipeline.name).spine(cleansed)
    rows = spine.select("*", F.explode(F.array_compact(F.array(*splits))).alias(SPLIT))
    is_usable = (F.col(SPLIT) == SCORE) | F.col(job.pipeline.model.label).isNotNull()
    return rows.filter(is_usable)


def _count(frame: DataFrame, table: Table, months: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Rows per split; raises ContractError when a month of a split has none."""
    counts = {(row[SPLIT], row[MONTH]): row["count"] for row in frame.groupBy(SPLIT, MONTH).count().collect()}
    empty = sorted({month for split, names in months.items() for month in names if not counts.get((split, month))})
    if empty:
        raise ContractError(
            f"table {table.zone}.{table.name}: months {empty} have no rows, every month of a split needs some; "
            "run ingest, cleanse and features for them first"
        )
    return {split: sum(counts[split, month] for month in names) for split, names in months.items()}


def _not_features(job: Job, table: Table) -> set[str]:
    return {*table.keys, MONTH, PREDICTION_TIME, job.pipeline.model.label}


def _run(job: Job, options: argparse.Namespace) -> JobResult:
    months = {split: getattr(options, split) for split in SPLITS if getattr(options, split)}
    return dataset(job, months=months, output=options.output)


def main() -> None:
    """Run the job from the command line."""
    parser = job_parser("dataset")
    for split in SPLITS:
        parser.add_argument(f"--{split}", type=month_list, required=split != SCORE, default=(), help="months")
    parser.add_argument(
        "--output", required=True, help="s3:// folder of the manifests, from which training and scoring read"
    )
    run_job("dataset", parser, _run)


if __name__ == "__main__":
    main()

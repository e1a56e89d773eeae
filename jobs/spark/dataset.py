"""Feature groups and labels to a data set: joined as of prediction time, split by month, listed file by file."""

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
from jobs.spark.report import TableReport, Work
from jobs.spark.transforms import load_transforms


def dataset(job: Job, *, months: Mapping[str, tuple[str, ...]], output: str) -> Work:
    """Write the splits as one snapshot, then the manifests that list exactly its files."""
    table = job.table(Zone.DATASETS, "training")
    sources = _snapshots(job)
    rows = _split_rows(job, months, sources)
    counts = _count(rows, table, months)
    for group in job.pipeline.feature_groups:
        address = storage.feature_address(job.names, job.pipeline.name, group)
        offline = storage.read(job.spark, address, snapshot=sources[address])
        rows = join_as_of(rows, offline, group, moment=PREDICTION_TIME)
    address = job.address(table)
    storage.create_table(job.spark, address, table)
    commit = storage.overwrite(rows.select(*table.column_names), address, where=F.lit(True))
    write_manifests(
        output,
        files=storage.data_files(job.spark, address, snapshot=commit.snapshot_id, partition=SPLIT),
        summary={
            "snapshots": {**sources, address: commit.snapshot_id},
            "rows": counts,
            "months": {split: list(names) for split, names in months.items()},
            "features": [name for name in table.column_names if name not in _not_features(job, table)],
        },
    )
    return Work(tables=(TableReport.of(f"{table.zone}.{table.name}", commit.rows, commit.snapshot_id),))


def _snapshots(job: Job) -> dict[str, int]:
    groups = [storage.feature_address(job.names, job.pipeline.name, group) for group in job.pipeline.feature_groups]
    tables = [job.address(table) for table in job.tables(Zone.CLEANSED)]
    return {address: storage.snapshot_id(job.spark, address) for address in (*groups, *tables)}


def _split_rows(job: Job, months: Mapping[str, tuple[str, ...]], snapshots: Mapping[str, int]) -> DataFrame:
    """The spine once per split its month belongs to, without rows a split cannot use."""
    cleansed = {
        source.name: storage.read(job.spark, job.address(source), snapshot=snapshots[job.address(source)])
        for source in job.tables(Zone.CLEANSED)
    }
    splits = [F.when(F.col(MONTH).isin(*names), F.lit(split)) for split, names in months.items()]
    rows = (
        load_transforms(job.pipeline.name)
        .spine(cleansed)
        .select("*", F.explode(F.array_compact(F.array(*splits))).alias(SPLIT))
    )
    is_usable = (F.col(SPLIT) == SCORE) | F.col(job.pipeline.model.label).isNotNull()
    return rows.filter(is_usable)


def _count(frame: DataFrame, table: Table, months: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    counted = {(row[SPLIT], row[MONTH]): row["count"] for row in frame.groupBy(SPLIT, MONTH).count().collect()}
    empty = sorted({month for split, names in months.items() for month in names if not counted.get((split, month))})
    if empty:
        raise ContractError(
            f"table {table.zone}.{table.name}: months {empty} have no rows, every month of a split needs some; "
            "run ingest, cleanse and features for them first"
        )
    return {split: sum(counted[split, month] for month in names) for split, names in months.items()}


def _not_features(job: Job, table: Table) -> set[str]:
    return {*table.keys, MONTH, PREDICTION_TIME, job.pipeline.model.label}


def _work(job: Job, options: argparse.Namespace) -> Work:
    months = {split: getattr(options, split) for split in SPLITS if getattr(options, split)}
    output = options.output or job.names.uri(Zone.DATASETS, job.pipeline.name, job.run_id)
    return dataset(job, months=months, output=output)


def main() -> None:
    """Run the job from the command line."""
    parser = job_parser("dataset")
    for split in SPLITS:
        parser.add_argument(f"--{split}", type=month_list, required=split != SCORE, default=())
    parser.add_argument("--output", help="folder of the manifests; the run's own in the datasets bucket by default")
    run_job("dataset", parser, _work)


if __name__ == "__main__":
    main()

"""The dataset job: labels joined with features as of prediction time, split by time, with manifests of its files."""

import argparse
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.columns import PREDICTION_TIME, SCORE, SPLIT, SPLITS, TRAIN
from jobs.contracts.partitions import Span
from jobs.contracts.splits import require_order
from jobs.contracts.tables import ContractError, Table
from jobs.contracts.training import TRAINING_DATA_DAYS
from jobs.spark import commits, storage
from jobs.spark.arguments import job_parser
from jobs.spark.commits import Commit
from jobs.spark.job import Job, run_job
from jobs.spark.keys import require_unique
from jobs.spark.lineage import require_current
from jobs.spark.manifests import write_manifests
from jobs.spark.point_in_time import join_as_of, known_from
from jobs.spark.report import JobResult, TableReport
from jobs.spark.results import spine_rows
from jobs.spark.spans import has_event_time, is_within, utc_days
from jobs.spark.storage import DataFile

#: About the largest data file, so that a transform job can send each file to score in one request.
_FILE_BYTES = 64 * 1024 * 1024


def dataset(job: Job, *, spans: Mapping[str, Span], output: str) -> JobResult:
    """Replace the given splits in one snapshot, then write the manifests that list their files in this snapshot.

    `spans` are the partitions of each split; other splits keep their rows. `output` is the `s3://` folder of the
    manifests. Raises ContractError when there are no splits, splits overlap, a partition has too few rows or a row is
    repeated.
    """
    if not spans:
        raise ContractError(f"splits: received none; allowed is at least one of {list(SPLITS)}")
    require_order(spans)
    table = job.pipeline.dataset
    address, label = job.address(table), f"{table.zone}.{table.name}"
    snapshots = _snapshots(job)
    require_current(job, snapshots, spans.values())
    spine = _split_rows(job, spans, snapshots).persist()
    counts = _count(job, spine, spans)
    remedy = f"correct spine in the transforms of {job.pipeline.name}"
    require_unique(spine, table.keys, what=f"table {label}", remedy=remedy)
    commit = _write(job, spine, spans, snapshots)
    spine.unpersist()
    if TRAIN in spans:
        commits.tag(job.spark, address, commit.snapshot_id, name=f"run-{job.run_id}", days=TRAINING_DATA_DAYS)
    files = storage.data_files(job.spark, address, snapshot=commit.snapshot_id, partition=SPLIT)
    _compare(label, counts, files, commit.snapshot_id)
    write_manifests(
        job.spark,
        output,
        files={split: files[split] for split in spans},
        summary={
            "snapshots": {**snapshots, address: commit.snapshot_id},
            "rows": counts,
            "partitions": {split: [span.first, span.last] for split, span in spans.items()},
            "features": [name for name in table.column_names if name not in _not_features(job, table)],
        },
    )
    return JobResult(tables=(TableReport.of(label, commit.rows, commit.snapshot_id),))


def _write(job: Job, spine: DataFrame, spans: Mapping[str, Span], snapshots: Mapping[str, int]) -> Commit:
    """Replace the splits by the rows of the spine with the features that were known at their prediction time."""
    rows, table = spine, job.pipeline.dataset
    every = Span(min(span.first for span in spans.values()), max(span.last for span in spans.values()))
    first_day, last_day = utc_days(job.pipeline.partitions, every)
    end = (last_day + timedelta(days=1)).isoformat()
    for group in job.pipeline.feature_groups:
        address = storage.feature_address(job.names, job.pipeline.name, group)
        oldest = (first_day - timedelta(days=group.look_back_days)).isoformat()
        # Iceberg reads only the files of these days; no row can get a record of another day.
        offline = storage.read(job.spark, address, snapshot=snapshots[address]).filter(has_event_time(oldest, end))
        rows = join_as_of(rows, offline, group, moment=PREDICTION_TIME, known=known_from(job.pipeline))
    storage.create_table(job.spark, job.address(table), table)
    replaced = F.col(SPLIT).isin(*spans)
    rows = rows.select(*table.column_names)
    return storage.overwrite(rows, job.address(table), where=replaced, file_bytes=_FILE_BYTES)


def _compare(label: str, counts: Mapping[str, int], files: Mapping[str, Sequence[DataFile]], snapshot: int) -> None:
    """Raise ContractError unless the files of the snapshot hold the rows that were counted."""
    stored = {split: sum(file.rows for file in files.get(split, ())) for split in counts}
    if stored != dict(counts):
        raise ContractError(
            f"table {label}: files of snapshot {snapshot} hold {stored} rows by split, the run "
            f"counted {dict(counts)}; repeat the data set job"
        )


def _snapshots(job: Job) -> dict[str, int]:
    """The current snapshot of every table that the data set is made from."""
    groups = [storage.feature_address(job.names, job.pipeline.name, group) for group in job.pipeline.feature_groups]
    tables = [job.address(table) for table in job.pipeline.cleansed]
    return {address: storage.snapshot_id(job.spark, address) for address in (*groups, *tables)}


def _split_rows(job: Job, spans: Mapping[str, Span], snapshots: Mapping[str, int]) -> DataFrame:
    """The spine, with each row repeated for every split that has its partition; only `score` keeps null labels."""
    cleansed = {
        table.name: storage.read(job.spark, job.address(table), snapshot=snapshots[job.address(table)])
        for table in job.pipeline.cleansed
    }
    splits = [F.when(is_within(job.pipeline.partitions, span), F.lit(split)) for split, span in spans.items()]
    spine = spine_rows(job.pipeline, job.transforms.spine(cleansed))
    rows = spine.select("*", F.explode(F.array_compact(F.array(*splits))).alias(SPLIT))
    is_usable = (F.col(SPLIT) == SCORE) | F.col(job.pipeline.model.label).isNotNull()
    return rows.filter(is_usable)


def _count(job: Job, frame: DataFrame, spans: Mapping[str, Span]) -> dict[str, int]:
    """Rows per split; raises ContractError when a partition has too few, or rows whose features are of other days."""
    table, partitions = job.pipeline.dataset, job.pipeline.partitions
    time = F.unix_seconds(PREDICTION_TIME)
    batches = frame.groupBy(SPLIT, partitions.column).agg(
        F.count("*").alias("rows"), F.min(time).alias("earliest"), F.max(time).alias("latest")
    )
    counts: dict[tuple[str, str], int] = {}
    for batch in batches.collect():
        counts[batch[SPLIT], batch[partitions.column]] = batch["rows"]
        _check_times(job, batch[partitions.column], batch["earliest"], batch["latest"])
    totals = {}
    for split, span in spans.items():
        rows = {name: counts.get((split, name), 0) for name in partitions.range(span.first, span.last)}
        few = [name for name, number in rows.items() if number < table.quality.minimum_rows]
        totals[split] = sum(rows.values())
        if few or not totals[split]:
            what = "rows" if split == SCORE else f"rows with a {job.pipeline.model.label}"
            raise ContractError(
                f"table {table.zone}.{table.name}: {partitions.grain}s {few or str(span)} of split {split} have too "
                f"few {what}, at least {max(table.quality.minimum_rows, 1)} are required; run ingest, cleanse and "
                "features for them first"
            )
    return totals


def _check_times(job: Job, partition: str, earliest: int | None, latest: int | None) -> None:
    first_day, last_day = utc_days(job.pipeline.partitions, Span(partition, partition))
    for seconds in (earliest, latest):
        moment = None if seconds is None else datetime.fromtimestamp(seconds, UTC)
        if moment is None or not first_day <= moment.date() <= last_day:
            raise ContractError(
                f"pipeline {job.pipeline.name}: spine returned rows of {partition} with {PREDICTION_TIME} {moment}, "
                f"allowed are the UTC days {first_day} to {last_day}, of which the features are computed with "
                "this partition; correct the partition or the prediction time in the transforms"
            )


def _not_features(job: Job, table: Table) -> set[str]:
    return {*table.keys, job.pipeline.partitions.column, PREDICTION_TIME, job.pipeline.model.label}


def _run(job: Job, options: argparse.Namespace) -> JobResult:
    texts = {split: getattr(options, split) for split in SPLITS}
    spans = {split: job.pipeline.partitions.span(text) for split, text in texts.items() if text}
    return dataset(job, spans=spans, output=options.output)


def main() -> None:
    """Run the job from the command line."""
    parser = job_parser("dataset")
    for split in SPLITS:
        parser.add_argument(f"--{split}", help="partitions of the split as first:last; without it, the split is kept")
    parser.add_argument(
        "--output", required=True, help="s3:// folder of the manifests, from which training and scoring read"
    )
    run_job("dataset", parser, _run)


if __name__ == "__main__":
    main()

"""Landing files to raw tables: schema enforced, rules applied, a month replaced as a whole or not at all."""

import argparse
from collections import Counter
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts.columns import MONTH
from jobs.contracts.tables import Table, Zone
from jobs.spark import files, quality, storage
from jobs.spark.arguments import add_months, chosen_months, job_parser
from jobs.spark.job import Job, run_job
from jobs.spark.report import TableReport, Work


@dataclass(frozen=True, kw_only=True)
class _Judged:
    """A source whose rows are judged and whose limits hold."""

    source: Table
    rows: DataFrame
    counts: list[quality.BatchCounts]


def ingest(job: Job, *, months: tuple[str, ...], landing: str) -> Work:
    """Judge all sources, then publish all: bad input in one leaves every table as it was."""
    judged: dict[str, _Judged] = {}
    for source in job.pipeline.sources:
        references = {name: quality.accepted(found.rows) for name, found in judged.items()}
        judged[source.name] = _judge(job, source, months=months, landing=landing, references=references)
    return Work(tables=tuple(_publish(job, found, months) for found in judged.values()))


def _judge(
    job: Job, source: Table, *, months: tuple[str, ...], landing: str, references: dict[str, DataFrame]
) -> _Judged:
    landed = files.read_landed(job.spark, source, landing=landing, months=months)
    rows = quality.judge(landed, source, references=references)
    files.check_readable(rows, source)
    counts = quality.count_batches(rows, source)
    quality.check_limits(source, counts, batches=months if source.partition_by else (quality.WHOLE,))
    return _Judged(source=source, rows=rows.drop(files.UNREADABLE), counts=counts)


def _publish(job: Job, judged: _Judged, months: tuple[str, ...]) -> TableReport:
    source = judged.source
    where = _rows_of(source, months)
    raw, quarantine = (job.address(job.table(zone, source.name)) for zone in (Zone.RAW, Zone.QUARANTINE))
    storage.create_table(job.spark, quarantine, job.table(Zone.QUARANTINE, source.name))
    storage.create_table(job.spark, raw, source)
    storage.overwrite(quality.rejected(judged.rows).coalesce(1), quarantine, where=where)
    commit = storage.overwrite(quality.accepted(judged.rows), raw, where=where)
    rows_in = sum(batch.rows for batch in judged.counts)
    quarantined = sum(batch.quarantined for batch in judged.counts)
    rules = Counter[str]()
    for batch in judged.counts:
        rules.update(batch.rules)
    return TableReport(
        table=f"{source.zone}.{source.name}",
        rows_in=rows_in,
        rows_quarantined=quarantined,
        rows_out=commit.rows,
        rules=dict(rules),
        snapshot_id=commit.snapshot_id,
    )


def _rows_of(source: Table, months: tuple[str, ...]) -> Column:
    return F.col(MONTH).isin(*months) if source.partition_by else F.lit(True)


def _work(job: Job, options: argparse.Namespace) -> Work:
    landing = options.landing or job.names.uri(Zone.LANDING, job.pipeline.name)
    return ingest(job, months=chosen_months(options), landing=landing)


def main() -> None:
    """Run the job from the command line."""
    parser = job_parser("ingest")
    add_months(parser)
    parser.add_argument("--landing", help="folder with one folder per source; the pipeline's landing bucket by default")
    run_job("ingest", parser, _work)


if __name__ == "__main__":
    main()

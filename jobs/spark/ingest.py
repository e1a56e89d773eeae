"""The ingest job: from landing files to raw tables, with rows that violate a quality rule moved to quarantine."""

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
from jobs.spark.report import JobResult, TableReport


@dataclass(frozen=True, kw_only=True)
class _ValidatedSource:
    """A source within its limits, with the broken rules of each row."""

    source: Table
    rows: DataFrame
    counts: list[quality.BatchCounts]


def ingest(job: Job, *, months: tuple[str, ...], landing: str) -> JobResult:
    """Validate all sources before the first one is published, so that invalid input leaves every table unchanged.

    Raises ContractError when a file does not match its contract, or when a source exceeds a limit.
    """
    validated: dict[str, _ValidatedSource] = {}
    for source in job.pipeline.sources:
        references = {name: quality.accepted(other.rows) for name, other in validated.items()}
        validated[source.name] = _validate(job, source, months=months, landing=landing, references=references)
    return JobResult(tables=tuple(_publish(job, source, months) for source in validated.values()))


def _validate(
    job: Job, source: Table, *, months: tuple[str, ...], landing: str, references: dict[str, DataFrame]
) -> _ValidatedSource:
    landed = files.read_landed(job.spark, source, landing=landing, months=months)
    rows = quality.validate(landed, source, references=references)
    files.check_readable(rows, source)
    counts = quality.count_batches(rows, source)
    quality.check_limits(source, counts, batches=months if source.partition_by else (quality.WHOLE_TABLE,))
    return _ValidatedSource(source=source, rows=rows.drop(files.UNREADABLE), counts=counts)


def _publish(job: Job, validated: _ValidatedSource, months: tuple[str, ...]) -> TableReport:
    source = validated.source
    where = _rows_of(source, months)
    raw, quarantine = (job.address(job.table(zone, source.name)) for zone in (Zone.RAW, Zone.QUARANTINE))
    storage.create_table(job.spark, quarantine, job.table(Zone.QUARANTINE, source.name))
    storage.create_table(job.spark, raw, source)
    storage.overwrite(quality.rejected(validated.rows).coalesce(1), quarantine, where=where)
    commit = storage.overwrite(quality.accepted(validated.rows), raw, where=where)
    rules = Counter[str]()
    for batch in validated.counts:
        rules.update(batch.rules)
    return TableReport(
        table=f"{source.zone}.{source.name}",
        rows_in=sum(batch.rows for batch in validated.counts),
        rows_quarantined=sum(batch.quarantined for batch in validated.counts),
        rows_out=commit.rows,
        rules=dict(rules),
        snapshot_id=commit.snapshot_id,
    )


def _rows_of(source: Table, months: tuple[str, ...]) -> Column:
    return F.col(MONTH).isin(*months) if source.partition_by else F.lit(True)


def _run(job: Job, options: argparse.Namespace) -> JobResult:
    landing = options.landing or job.names.uri(Zone.LANDING, job.pipeline.name)
    return ingest(job, months=chosen_months(options), landing=landing)


def main() -> None:
    """Run the job from the command line."""
    parser = job_parser("ingest")
    add_months(parser)
    parser.add_argument(
        "--landing", help="folder with one folder per source; default: the pipeline's folder in the landing bucket"
    )
    run_job("ingest", parser, _run)


if __name__ == "__main__":
    main()

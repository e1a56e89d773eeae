"""The ingest job: from landing files to raw tables, with rows that violate a quality rule moved to quarantine."""

import argparse
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.partitions import Partitions, Span
from jobs.contracts.sources import PARTITION, Source, quarantine_table
from jobs.contracts.tables import Zone
from jobs.spark import files, quality, storage
from jobs.spark.arguments import add_span, chosen_span, job_parser
from jobs.spark.job import Job, run_job
from jobs.spark.report import JobResult, TableReport
from jobs.spark.spans import arriving, is_within
from jobs.spark.values import UNREADABLE


@dataclass(frozen=True, kw_only=True)
class _ValidatedSource:
    """A source within its limits, with the broken rules of each row."""

    source: Source
    span: Span
    """The partitions of the source that arrived."""
    rows: DataFrame
    counts: list[quality.BatchCounts]
    ignored: tuple[str, ...]


def ingest(job: Job, *, span: Span, landing: str) -> JobResult:
    """Validate all sources before the first one is published, so that invalid input leaves every table unchanged.

    Partitions of the span are replaced; those of a delayed source are as much older as its delay.
    Raises ContractError when a file does not match its contract, or when a source exceeds a limit.
    """
    validated: dict[str, _ValidatedSource] = {}
    for source in job.pipeline.sources:
        references = {name: quality.accepted(other.rows) for name, other in validated.items()}
        validated[source.name] = _validate(job, source, span=span, landing=landing, references=references)
    return JobResult(tables=tuple(_publish(job, source) for source in validated.values()))


def _validate(
    job: Job, source: Source, *, span: Span, landing: str, references: dict[str, DataFrame]
) -> _ValidatedSource:
    partitions, arrived = job.pipeline.partitions, arriving(job.pipeline, source, span)
    landed = files.read_landed(job.spark, source, landing=landing, partitions=partitions, span=arrived)
    rows = quality.validate(landed.frame, source, references=references)
    files.check_readable(rows)
    counts = quality.count_batches(rows, source)
    quality.check_limits(source, counts, partitions, ends=_ends(source, partitions, arrived))
    return _ValidatedSource(
        source=source, span=arrived, rows=rows.drop(UNREADABLE), counts=counts, ignored=landed.ignored
    )


def _ends(source: Source, partitions: Partitions, arrived: Span) -> dict[str, datetime]:
    """The batches that must have arrived, with their ends."""
    if PARTITION not in source.arrival:
        return {quality.WHOLE_TABLE: partitions.end(arrived.last)}
    return {name: partitions.end(name) for name in partitions.range(arrived.first, arrived.last)}


def _publish(job: Job, validated: _ValidatedSource) -> TableReport:
    source, rejected_rows = validated.source, quarantine_table(validated.source)
    where = is_within(job.pipeline.partitions, validated.span) if PARTITION in source.arrival else F.lit(True)
    raw, quarantine = job.address(source), job.address(rejected_rows)
    storage.create_table(job.spark, quarantine, rejected_rows)
    storage.create_table(job.spark, raw, source)
    storage.overwrite(quality.rejected(validated.rows), quarantine, where=where)
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
        ignored_columns=validated.ignored,
        snapshot_id=commit.snapshot_id,
    )


def _run(job: Job, options: argparse.Namespace) -> JobResult:
    landing = options.landing or job.names.uri(Zone.LANDING, job.pipeline.name)
    return ingest(job, span=chosen_span(options, job.pipeline.partitions), landing=landing)


def main() -> None:
    """Run the job from the command line."""
    parser = job_parser("ingest")
    add_span(parser)
    parser.add_argument(
        "--landing",
        help="folder above the files of the sources; default: the pipeline's in the landing bucket",
    )
    run_job("ingest", parser, _run)


if __name__ == "__main__":
    main()

"""The ingest job: from landing files to raw tables, with rows that violate a quality rule moved to quarantine."""

import argparse
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.contracts import columns
from jobs.contracts.partitions import Partitions, Span
from jobs.contracts.sources import PARTITION, Source, quarantine_table
from jobs.contracts.tables import ContractError, Zone
from jobs.spark import quality, storage
from jobs.spark.arguments import add_span, chosen_span, job_parser
from jobs.spark.job import Job, run_job
from jobs.spark.landing import files
from jobs.spark.quarantine import quarantined
from jobs.spark.report import JobResult, TableReport
from jobs.spark.spans import arriving, is_within


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
    """Validate all sources before the first one is published, so that invalid input leaves every raw table unchanged.

    Partitions of the span are replaced; those of a delayed source are as much older as its delay.
    Raises ContractError that names each source whose files cannot be read, or which exceeds a limit.
    """
    validated: dict[str, _ValidatedSource] = {}
    problems: list[str] = []
    for source in job.pipeline.sources:
        try:
            validated[source.name] = _validate(job, source, span=span, landing=landing, earlier=validated)
        except ContractError as error:
            problems.append(str(error))
    if problems:
        raise ContractError("; ".join(problems))
    return JobResult(tables=tuple(_publish(job, source) for source in validated.values()))


def _validate(
    job: Job, source: Source, *, span: Span, landing: str, earlier: Mapping[str, _ValidatedSource]
) -> _ValidatedSource:
    partitions, arrived = job.pipeline.partitions, arriving(job.pipeline, source, span)
    landed = files.read_landed(job.spark, source, landing=landing, partitions=partitions, span=arrived)
    # A source that refers to one with a problem is still read, so that one run shows the problems of all.
    known = tuple(each for each in source.quality.references if each.table in earlier)
    checked = replace(source, quality=replace(source.quality, references=known))
    references = {name: quality.accepted(other.rows) for name, other in earlier.items()}
    rows = quality.validate(landed.frame, checked, references=references, partitions=partitions)
    counts = quality.count_batches(rows, source)
    validated = _ValidatedSource(source=source, span=arrived, rows=rows, counts=counts, ignored=landed.ignored)
    try:
        quality.check_limits(source, counts, partitions, ends=_ends(source, partitions, arrived))
    except ContractError as error:
        raise ContractError(f"{error}{_example(job, validated)}") from error
    return validated


def _example(job: Job, validated: _ValidatedSource) -> str:
    """The first row in quarantine, which is written so that all can be looked up, or nothing if there is none."""
    if not any(batch.quarantined for batch in validated.counts):
        return ""
    _quarantine(job, validated)
    table = quarantine_table(validated.source)
    rows = job.spark.table(job.address(table)).filter(_where(job, validated))
    first = rows.orderBy(columns.FILE, columns.LINE).first()
    if first is None:
        return ""
    # What quotes a sensitive column stays out of logs and mails.
    why = first[columns.FAILED_RULES if validated.source.is_sensitive else columns.REASON]
    place = f"line {first[columns.LINE]} of {first[columns.FILE]}"
    return f"; for example {place}: {why}; table {table.zone}.{table.name} has all of them"


def _ends(source: Source, partitions: Partitions, arrived: Span) -> dict[str, datetime]:
    """The batches that must have arrived, with their ends."""
    if PARTITION not in source.arrival:
        return {quality.WHOLE_TABLE: partitions.end(arrived.last)}
    return {name: partitions.end(name) for name in partitions.range(arrived.first, arrived.last)}


def _publish(job: Job, validated: _ValidatedSource) -> TableReport:
    source, raw = validated.source, job.address(validated.source)
    storage.create_table(job.spark, raw, source)
    _quarantine(job, validated)
    commit = storage.overwrite(quality.accepted(validated.rows), raw, where=_where(job, validated))
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


def _quarantine(job: Job, validated: _ValidatedSource) -> None:
    table = quarantine_table(validated.source)
    address = job.address(table)
    storage.create_table(job.spark, address, table)
    rows = quarantined(validated.rows, validated.source, job.pipeline.partitions)
    storage.overwrite(rows, address, where=_where(job, validated))


def _where(job: Job, validated: _ValidatedSource) -> Column:
    is_partitioned = PARTITION in validated.source.arrival
    return is_within(job.pipeline.partitions, validated.span) if is_partitioned else F.lit(True)


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

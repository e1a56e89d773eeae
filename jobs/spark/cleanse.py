"""The cleanse job: from raw to cleansed tables, with outliers and missing values treated and counted."""

import argparse

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.columns import TREATMENTS
from jobs.contracts.partitions import Span
from jobs.contracts.sources import PARTITION, Source
from jobs.contracts.tables import ContractError, Table
from jobs.contracts.timeliness import longest_delay
from jobs.spark import storage
from jobs.spark.arguments import add_span, chosen_span, job_parser
from jobs.spark.job import Job, run_job
from jobs.spark.keys import require_unique
from jobs.spark.lineage import properties
from jobs.spark.report import JobResult, TableReport, Treatment
from jobs.spark.results import cleansed_tables
from jobs.spark.spans import affected, is_within


def cleanse(job: Job, *, span: Span) -> JobResult:
    """Replace the partitions of the span in every cleansed table.

    Where a source is delayed, the partitions for which it has now arrived are replaced as well.
    Raises ContractError when a partition has too few rows, or rows belong to none of the replaced partitions.
    """
    raw = {source.name: _read(job, source, span) for source in job.pipeline.sources}
    returned = cleansed_tables(job.pipeline, job.transforms.cleanse(raw))
    frames = {name: frame.persist() for name, frame in returned.items()}
    tables = job.pipeline.cleansed
    for table in tables:
        _check_row_counts(job, table, frames[table.name], span)
        require_unique(
            frames[table.name],
            table.keys,
            what=f"table {table.zone}.{table.name}",
            remedy=f"correct cleanse in the transforms of {job.pipeline.name}, or the keys of the table",
        )
    treatments = tuple(treatment for table in tables for treatment in _count_treatments(table, frames[table.name]))
    reports = tuple(_publish(job, table, frames[table.name], span) for table in tables)
    return JobResult(tables=reports, treatments=treatments)


def _read(job: Job, source: Source, span: Span) -> DataFrame:
    rows = storage.read(job.spark, job.address(source))
    if PARTITION not in source.arrival:
        return rows
    # Of a partition that is cleansed again, the rows of delayed sources have arrived with later runs.
    return rows.filter(is_within(job.pipeline.partitions, affected(job.pipeline, span)))


def _check_row_counts(job: Job, table: Table, frame: DataFrame, span: Span) -> None:
    partitions, replaced, label = job.pipeline.partitions, affected(job.pipeline, span), f"{table.zone}.{table.name}"
    rows = {row[0]: row["count"] for row in frame.groupBy(partitions.column).count().collect()}
    strange = sorted(str(name) for name in rows if not replaced.first <= str(name) <= replaced.last)
    if strange:
        raise ContractError(
            f"table {label}: cleanse returned rows of {partitions.column} {strange}, allowed are {replaced.first} to "
            f"{replaced.last}; correct the transforms of {job.pipeline.name}"
        )
    # The newest partitions may lack rows as long as delayed sources have not arrived.
    newest = partitions.shift(span.last, -longest_delay(job.pipeline))
    for name in partitions.range(span.first, newest) if span.first <= newest else ():
        if rows.get(name, 0) < table.quality.minimum_rows:
            raise ContractError(
                f"table {label}: {name} has {rows.get(name, 0)} rows, at least {table.quality.minimum_rows} are "
                f"required; ingest the {partitions.grain} first"
            )


def _count_treatments(table: Table, frame: DataFrame) -> list[Treatment]:
    counts = frame.select(F.explode(TREATMENTS).alias("name")).groupBy("name").count().orderBy("name").collect()
    named = [(row["name"] or "", row["count"]) for row in counts]
    wrong = [name for name, _ in named if ": " not in name]
    if wrong:
        raise ContractError(f"table {table.zone}.{table.name}: treatments {wrong}; allowed is 'column: treatment'")
    parts = [(name.partition(": "), rows) for name, rows in named]
    return [Treatment(column=column, treatment=treatment, rows=rows) for (column, _, treatment), rows in parts]


def _publish(job: Job, table: Table, frame: DataFrame, span: Span) -> TableReport:
    address = job.address(table)
    storage.create_table(job.spark, address, table)
    replaced = affected(job.pipeline, span)
    where = is_within(job.pipeline.partitions, replaced)
    commit = storage.overwrite(frame.select(*table.column_names), address, where=where, properties=properties(replaced))
    return TableReport.of(f"{table.zone}.{table.name}", commit.rows, commit.snapshot_id)


def _run(job: Job, options: argparse.Namespace) -> JobResult:
    return cleanse(job, span=chosen_span(options, job.pipeline.partitions))


def main() -> None:
    """Run the job from the command line."""
    parser = job_parser("cleanse")
    add_span(parser)
    run_job("cleanse", parser, _run)


if __name__ == "__main__":
    main()

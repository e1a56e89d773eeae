"""Reading of landed files in the formats of their sources; what violates the contract stops the job."""

from collections.abc import Mapping
from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.partitions import Partitions, Span
from jobs.contracts.sources import PARTITION, Csv, JsonLines, Source
from jobs.contracts.tables import Column, ContractError
from jobs.spark import hadoop
from jobs.spark.csv_files import read_csv
from jobs.spark.json_files import read_objects
from jobs.spark.parquet_files import read_parquet
from jobs.spark.values import FILE, UNREADABLE, Rows


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """The files of a source that are read in one run, with the partition of each."""

    source: Source
    partitions: Partitions
    files: Mapping[str, str | None]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns in the files: all but the partition, where their path has it."""
        is_in_path = PARTITION in self.source.arrival
        return tuple(
            column for column in self.source.columns if not (is_in_path and column.name == self.partitions.column)
        )


def read_landed(spark: SparkSession, source: Source, *, landing: str, partitions: Partitions, span: Span) -> Rows:
    """The rows of a source that landed for the span, with the contract's columns and `_unreadable`.

    Raises ContractError when a file is missing or its columns differ from the contract.
    """
    files = _landed_files(spark, source, landing=landing, partitions=partitions, span=span)
    arrival = Arrival(source=source, partitions=partitions, files=files)
    landed = _read(spark, arrival)
    wrong = F.concat(F.lit(f"source {source.name}: "), F.col(FILE), F.lit(": "), F.col(UNREADABLE))
    rows = _with_partition(spark, arrival, landed.frame.withColumn(UNREADABLE, wrong))
    return Rows(rows.select(*source.column_names, UNREADABLE), landed.ignored)


def check_readable(landed: DataFrame) -> None:
    """Raise ContractError with the column, value and expected type when a landed row could not be read."""
    row = landed.filter(F.col(UNREADABLE).isNotNull()).select(UNREADABLE).head()
    if row is not None:
        raise ContractError(f"{row[0]}; correct the landing file and repeat ingest")


def _read(spark: SparkSession, arrival: Arrival) -> Rows:
    name, declared, files = arrival.source.name, arrival.source.format, list(arrival.files)
    match declared:
        case Csv():
            return read_csv(spark, name, declared, files, arrival.columns)
        case JsonLines():
            return read_objects(spark, name, files, arrival.columns)
        case _:
            return read_parquet(spark, name, files, arrival.columns)


def _landed_files(
    spark: SparkSession, source: Source, *, landing: str, partitions: Partitions, span: Span
) -> dict[str, str | None]:
    """The paths of the files of a source with their partitions; the files of a snapshot have none."""
    named = partitions.range(span.first, span.last) if PARTITION in source.arrival else (None,)
    files: dict[str, str | None] = {}
    for name in named:
        path = f"{landing.rstrip('/')}/{source.path(name)}"
        found = hadoop.matching(spark, path)
        if not found:
            raise ContractError(f"source {source.name}: no landing file {path}; land it and repeat ingest")
        files.update(dict.fromkeys(found, name))
    return files


def _with_partition(spark: SparkSession, arrival: Arrival, rows: DataFrame) -> DataFrame:
    if PARTITION not in arrival.source.arrival:
        return rows
    named = spark.createDataFrame(list(arrival.files.items()), f"{FILE} string, `{arrival.partitions.column}` string")
    return rows.join(F.broadcast(named), on=FILE, how="left")

"""Reading of landed files in the formats of their sources.

A row that cannot be read is marked and costs no other row; a file that cannot be read stops the job.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.partitions import Partitions, Span
from jobs.contracts.sources import PARTITION, Csv, JsonLines, Parquet, Source
from jobs.contracts.tables import Column, ContractError
from jobs.spark import hadoop
from jobs.spark.landing.csv_files import csv_records
from jobs.spark.landing.json_files import json_records
from jobs.spark.landing.parquet_files import read_parquet
from jobs.spark.landing.records import read_records, texts_of
from jobs.spark.landing.values import FILE, LANDED, typed

#: One task holds a whole text file in memory, as bytes and as lines.
_LARGEST_TEXT = 512 * 1024**2


@dataclass(frozen=True)
class Rows:
    """Landed rows with the contract's columns and those of `LANDED`, and what else their files have."""

    frame: DataFrame
    ignored: tuple[str, ...] = ()
    """Columns of the files that the contract does not name."""


@dataclass(frozen=True, kw_only=True)
class _Arrival:
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
    """The rows of a source that landed for the span.

    Raises ContractError when a file is missing, cannot be read, or has other columns than the contract.
    """
    try:
        files = _landed_files(spark, source, landing=landing, partitions=partitions, span=span)
        arrival = _Arrival(source=source, partitions=partitions, files=files)
        landed, found = _read(spark, arrival)
    except ContractError as error:
        raise ContractError(f"source {source.name}: {error}") from error
    rows = _with_partition(spark, arrival, landed)
    ignored = tuple(sorted(found - {column.name for column in arrival.columns}))
    return Rows(rows.select(*source.column_names, *LANDED), ignored)


def _read(spark: SparkSession, arrival: _Arrival) -> tuple[DataFrame, set[str]]:
    declared, files, columns = arrival.source.format, list(arrival.files), arrival.columns
    names = [column.name for column in columns]
    match declared:
        case Csv():
            records, found = read_records(spark, files, partial(csv_records, declared, names))
            absent = {"", declared.null}
            return typed(texts_of(records, columns, delimiter=declared.delimiter, absent=absent), columns), found
        case JsonLines():
            records, found = read_records(spark, files, partial(json_records, columns))
            missing = [name for name in names if name not in found]
            if found and missing:
                raise ContractError(
                    f"{_all(files)}: no object has members {missing}, they have {sorted(found)}; correct the "
                    "landing files or the contract and repeat ingest"
                )
            return typed(texts_of(records, columns, delimiter=",", absent=()), columns), found
        case _:
            return read_parquet(spark, files, columns)


def _all(files: Sequence[str]) -> str:
    return files[0] if len(files) == 1 else f"{files[0]} and {len(files) - 1} more"


def _landed_files(
    spark: SparkSession, source: Source, *, landing: str, partitions: Partitions, span: Span
) -> dict[str, str | None]:
    """The paths of the files of a source with their partitions; the files of a snapshot have none."""
    named = partitions.range(span.first, span.last) if PARTITION in source.arrival else (None,)
    files: dict[str, str | None] = {}
    missing: list[str] = []
    for name in named:
        path = f"{landing.rstrip('/')}/{source.path(name)}"
        found = hadoop.matching(spark, path)
        if not found:
            missing.append(path)
        if not isinstance(source.format, Parquet):
            _require_size(found)
        files.update(dict.fromkeys(found, name))
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise ContractError(f"no landing file {missing[0]}{more}; land it and repeat ingest")
    return files


def _require_size(files: Mapping[str, int]) -> None:
    for path, size in files.items():
        if size > _LARGEST_TEXT:
            raise ContractError(
                f"{path} has {size:,} bytes, a text file may have {_LARGEST_TEXT:,}, because one task reads it; land "
                "several files, or Parquet"
            )


def _with_partition(spark: SparkSession, arrival: _Arrival, rows: DataFrame) -> DataFrame:
    if PARTITION not in arrival.source.arrival:
        return rows
    named = spark.createDataFrame(list(arrival.files.items()), f"{FILE} string, `{arrival.partitions.column}` string")
    return rows.join(F.broadcast(named), on=FILE, how="left")

"""Landed Parquet files, whose columns have types of their own."""

from collections.abc import Mapping, Sequence
from functools import reduce

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.tables import Column, ColumnType, ContractError
from jobs.spark.values import UNREADABLE, Rows, file_of_row, ignored

#: The names and types of a file's columns.
_Schema = tuple[tuple[str, str], ...]

#: Types of files whose values are all values of the type of the contract.
_NARROWER: Mapping[ColumnType, tuple[str, ...]] = {
    ColumnType.INT: ("tinyint", "smallint"),
    ColumnType.BIGINT: ("tinyint", "smallint", "int"),
    ColumnType.DOUBLE: ("float", "tinyint", "smallint", "int"),
    # A timestamp without a zone is one in UTC, the zone of the session.
    ColumnType.TIMESTAMP: ("timestamp_ntz",),
}


def _schemas(spark: SparkSession, files: Sequence[str]) -> dict[_Schema, list[str]]:
    """The files by their columns; Spark would take those of one file and give nulls for the columns of others."""
    found: dict[_Schema, list[str]] = {}
    for file in files:
        fields = spark.read.parquet(file).schema.fields
        found.setdefault(tuple((field.name, field.dataType.simpleString()) for field in fields), []).append(file)
    return found


def read_parquet(spark: SparkSession, source: str, files: Sequence[str], columns: Sequence[Column]) -> Rows:
    """The rows of all files; raises ContractError when a file lacks a column or has another type."""
    by_schema = _schemas(spark, files)
    for schema, some in by_schema.items():
        _check(source, some[0], dict(schema), columns)
    values = [F.col(column.name).cast(column.type.value) for column in columns]
    frames = [
        spark.read.parquet(*some).select(
            *values,
            file_of_row(),
            F.lit(None).cast("string").alias(UNREADABLE),
        )
        for some in by_schema.values()
    ]
    found = {name for schema in by_schema for name, _ in schema}
    return Rows(reduce(DataFrame.unionByName, frames), ignored(found, columns))


def _check(source: str, file: str, types: Mapping[str, str], columns: Sequence[Column]) -> None:
    missing = [column.name for column in columns if column.name not in types]
    if missing:
        raise ContractError(
            f"source {source}: {file} lacks columns {missing}, it has {sorted(types)}; correct the landing file or the "
            "contract and repeat ingest"
        )
    for column in columns:
        if types[column.name] not in (column.type.value, *_NARROWER.get(column.type, ())):
            raise ContractError(
                f"source {source}: {file} has column {column.name} of type {types[column.name]}, allowed is "
                f"{column.type}; correct the landing file or the contract and repeat ingest"
            )

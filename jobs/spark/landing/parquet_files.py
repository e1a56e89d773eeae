"""Landed Parquet files, whose columns have types of their own."""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.tables import Column, ColumnType, ContractError
from jobs.spark.landing.values import FILE, LINE, PROBLEM, ROW, TEXTS, UNREADABLE

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


def read_parquet(spark: SparkSession, files: Sequence[str], columns: Sequence[Column]) -> tuple[DataFrame, set[str]]:
    """The rows of all files with their row numbers, and the names of the columns that the files have.

    Raises ContractError when a file is damaged, lacks a column or has another type.
    """
    by_schema, problems = _schemas(spark, files)
    for schema, some in by_schema.items():
        problems += [f"{some[0]} {problem}" for problem in _differences(dict(schema), columns)]
    if problems:
        raise ContractError("; ".join(problems))
    frames = [_rows(spark, some, columns) for some in by_schema.values()]
    return reduce(DataFrame.unionByName, frames), {name for schema in by_schema for name, _ in schema}


def _rows(spark: SparkSession, files: Sequence[str], columns: Sequence[Column]) -> DataFrame:
    uri = F.col("_metadata.file_path")
    # Spark gives the path as URI, in which a plus sign stands for itself.
    decoded = F.url_decode(F.replace(uri, F.lit("+"), F.lit("%2B")))
    return spark.read.parquet(*files).select(
        *(F.col(column.name).cast(column.type.value) for column in columns),
        F.when(uri.contains("%"), decoded).otherwise(uri).alias(FILE),
        (F.col("_metadata.row_index") + 1).alias(LINE),
        F.lit(None).cast("string").alias(ROW),
        F.lit("").alias(UNREADABLE),
        F.lit(None).cast("array<string>").alias(TEXTS),
        F.lit(None).cast("string").alias(PROBLEM),
    )


def _schemas(spark: SparkSession, files: Sequence[str]) -> tuple[dict[_Schema, list[str]], list[str]]:
    """The files by their columns, and what is wrong with the others.

    Spark would take the columns of one file and give nulls for the columns of others.
    """
    found: dict[_Schema, list[str]] = {}
    problems = []
    for file in files:
        try:
            fields = spark.read.parquet(file).schema.fields
        except (PySparkException, Py4JJavaError) as error:
            problems.append(f"{file} cannot be read as Parquet: {_cause(error)}; correct the file and land it again")
        else:
            found.setdefault(tuple((field.name, field.dataType.simpleString()) for field in fields), []).append(file)
    return found, problems


def _cause(error: PySparkException | Py4JJavaError) -> str:
    """The first line of the innermost message, because the outer ones are about the task that failed."""
    message = str(error)
    cause = error.java_exception if isinstance(error, Py4JJavaError) else None
    while cause is not None:
        message, cause = str(cause.getMessage()), cause.getCause()
    return message.splitlines()[0].rstrip(".")


def _differences(types: Mapping[str, str], columns: Sequence[Column]) -> Iterator[str]:
    remedy = "correct the landing file or the contract and repeat ingest"
    missing = [column.name for column in columns if column.name not in types]
    if missing:
        yield f"lacks columns {missing}, it has {sorted(types)}; {remedy}"
    for column in columns:
        received = types.get(column.name)
        if received not in (None, column.type.value, *_NARROWER.get(column.type, ())):
            yield f"has column {column.name} of type {received}, allowed is {column.type}; {remedy}"

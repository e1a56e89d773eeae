"""Reading of landed CSV files and transform output; a header or type that violates the contract stops the job."""

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import reduce
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.partitions import Partitions, Span
from jobs.contracts.sources import PARTITION, Source
from jobs.contracts.tables import Column, ColumnType, ContractError
from jobs.spark.storage import schema_of

#: Column with the text of a landed row whose values have wrong types.
UNREADABLE = "_unreadable"
_NULL = "NA"


def _parse_boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"{text!r} is not a boolean")
    return text == "true"


_PARSERS: Mapping[ColumnType, Callable[[str], object]] = {
    ColumnType.STRING: str,
    ColumnType.INT: int,
    ColumnType.BIGINT: int,
    ColumnType.FLOAT: float,
    ColumnType.DOUBLE: float,
    ColumnType.BOOLEAN: _parse_boolean,
    ColumnType.DATE: date.fromisoformat,
    ColumnType.TIMESTAMP: datetime.fromisoformat,
}


def read_landed(spark: SparkSession, source: Source, *, landing: str, partitions: Partitions, span: Span) -> DataFrame:
    """The landed rows of a source in the span, with the contract's columns and `_unreadable`.

    Raises ContractError when a file is missing or its header differs from the contract.
    """
    columns = file_columns(source, partitions)
    schema = f"{schema_of(columns)}, {UNREADABLE} string"
    frames = []
    for path, partition in _landed_paths(source, landing=landing, partitions=partitions, span=span):
        _check_header(source, path, _first_line(spark, source, path), columns)
        frame = spark.read.csv(path, schema=schema, header=True, nullValue=_NULL, columnNameOfCorruptRecord=UNREADABLE)
        frames.append(frame if partition is None else frame.withColumn(partitions.column, F.lit(partition)))
    return reduce(DataFrame.unionByName, frames).select(*source.column_names, UNREADABLE)


def _landed_paths(source: Source, *, landing: str, partitions: Partitions, span: Span) -> list[tuple[str, str | None]]:
    """The paths of a source with their partition; a source without partitions has one path."""
    named = partitions.range(span.first, span.last) if PARTITION in source.arrival else (None,)
    return [(f"{landing.rstrip('/')}/{source.path(name)}", name) for name in named]


def file_columns(source: Source, partitions: Partitions) -> tuple[Column, ...]:
    """The columns in the files of a source: all but the partition, which is in their path."""
    return tuple(column for column in source.columns if column.name != partitions.column)


def check_readable(landed: DataFrame, source: Source, columns: Sequence[Column]) -> None:
    """Raise ContractError with the column, value and expected type when a landed row could not be parsed."""
    row = landed.filter(F.col(UNREADABLE).isNotNull()).select(UNREADABLE).head()
    if row is None:
        return
    values = next(csv.reader([row[0]]))
    wrong = [
        f"column {column.name} holds {value!r}, allowed is {column.type}"
        for column, value in zip(columns, values, strict=False)
        if not _is_valid(column, value)
    ]
    reason = wrong[0] if wrong else f"a row has {len(values)} values, allowed are {len(columns)}"
    raise ContractError(f"source {source.name}: {reason} (row {row[0]!r}); correct the landing file and repeat ingest")


def read_json_lines(spark: SparkSession, path: str, columns: Sequence[Column]) -> DataFrame:
    """The JSON lines in a folder with the given columns; raises ContractError when the path does not exist."""
    if not _file_system(spark, path)[1]:
        raise ContractError(f"no file at {path}; run the job that writes it first")
    return spark.read.schema(schema_of(columns)).option("recursiveFileLookup", "true").json(path)


def _is_valid(column: Column, value: str) -> bool:
    try:
        return value in ("", _NULL) or _PARSERS[column.type](value) is not None
    except ValueError:
        return False


def _check_header(source: Source, path: str, line: str, columns: Sequence[Column]) -> None:
    header = next(csv.reader([line]), [])
    expected = [column.name for column in columns]
    if header != expected:
        missing = [name for name in expected if name not in header]
        unknown = [name for name in header if name not in expected]
        raise ContractError(
            f"source {source.name}: {path} lacks columns {missing} and has unknown {unknown}; allowed are {expected} "
            "in this order; correct the landing file or the contract and repeat ingest"
        )


def _first_line(spark: SparkSession, source: Source, path: str) -> str:
    system, exists = _file_system(spark, path)
    if not exists:
        raise ContractError(f"source {source.name}: no landing file {path}; land it and repeat ingest")
    java: Any = spark.sparkContext._jvm
    reader = java.java.io.BufferedReader(java.java.io.InputStreamReader(system.open(_path(spark, path))))
    try:
        return str(reader.readLine() or "")
    finally:
        reader.close()


def _file_system(spark: SparkSession, path: str) -> tuple[Any, bool]:
    """The Hadoop file system of a path, and whether the path exists."""
    # Hadoop's API works for every scheme and, unlike a Spark read, distinguishes a missing path from other failures.
    context: Any = spark.sparkContext
    hadoop_path = _path(spark, path)
    system = hadoop_path.getFileSystem(context._jsc.hadoopConfiguration())
    return system, bool(system.exists(hadoop_path))


def _path(spark: SparkSession, path: str) -> Any:
    java: Any = spark.sparkContext._jvm
    return java.org.apache.hadoop.fs.Path(path)

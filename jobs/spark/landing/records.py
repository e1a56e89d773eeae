"""Rows of landed text files as texts, each with its line and what is wrong with it; read on the executors."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, NamedTuple

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.tables import Column, ColumnType, ContractError
from jobs.spark.landing.content import UnreadableFileError
from jobs.spark.landing.values import PLACE, PROBLEM, UNREADABLE

#: The rule of a row that cannot be split into values.
READABLE = "readable"
_SCHEMA = "file string, line bigint, row string, texts array<string>, rule string, problem string"


class Record(NamedTuple):
    """A row, or the names that a whole file has if it has no line."""

    line: int | None
    row: str | None
    """The row as it stands in the file."""
    texts: list[str | None] | None = None
    """The texts of the columns; None where the row needs no more than to be split at the delimiter."""
    rule: str | None = None
    """The rule that the row breaks because it cannot be read."""
    problem: str | None = None
    """Why the row, or the file, cannot be read."""


#: Reads the content of the file at a path.
Reader = Callable[[str, bytes], Iterator[Record]]


def read_records(spark: SparkSession, files: Sequence[str], read: Reader) -> tuple[DataFrame, set[str]]:
    """The rows of all files and the names of the columns that they have.

    Raises ContractError with the reason of every file that cannot be read.
    """
    contents = spark.read.format("binaryFile").load(list(files)).select("path", "content")
    rows = contents.rdd.flatMap(lambda row: _records(row.path, row.content, read))
    # Persisted because the facts about files are needed before the rows.
    records = spark.createDataFrame(rows, _SCHEMA, verifySchema=False).persist()
    facts = [tuple(row) for row in records.filter("line IS NULL").collect()]
    # Spark passes over files without a byte.
    empty = sorted(set(files) - {path for path, *_ in facts})
    facts += [fact for path in empty for fact in _records(path, b"", read)]
    refused = [f"{path} {problem}" for path, *_, problem in sorted(facts, key=str) if problem]
    if refused:
        records.unpersist()
        raise ContractError("; ".join(refused))
    return records.filter("line IS NOT NULL"), {name for _, _, _, names, *_ in facts for name in names}


def rule_of(column: str) -> str:
    """The rule of a row whose value of this column cannot be read."""
    return f"{column}_{READABLE}"


def texts_of(records: DataFrame, columns: Sequence[Column], *, delimiter: str, absent: Collection[str]) -> DataFrame:
    """The records with one text per column, null where a row is not readable or the text is one of the absent ones.

    Blanks around a text do not count where the column has another type than string.
    """
    plain = F.split("row", re.escape(delimiter), -1)
    split = F.when(F.col("rule").isNull(), F.coalesce("texts", plain)).alias("split")
    texts = [_text(index, column, absent) for index, column in enumerate(columns)]
    place = [F.col(name).alias(f"_{name}") for name in ("file", "line", "row")]
    # A select of its own, so that Spark splits each row once.
    return records.select(*place, split, F.col("rule").alias(UNREADABLE), F.col("problem").alias(PROBLEM)).select(
        *texts, *PLACE, UNREADABLE, PROBLEM
    )


def _text(index: int, column: Column, absent: Collection[str]) -> SparkColumn:
    text = F.col("split")[index]
    text = text if column.type is ColumnType.STRING else F.trim(text)
    return F.when(~text.isin(*absent), text).alias(column.name) if absent else text.alias(column.name)


def _records(path: str, content: bytes, read: Reader) -> Iterator[tuple[Any, ...]]:
    try:
        for record in read(path, bytes(content)):
            yield (path, *record)
    except UnreadableFileError as error:
        yield (path, *Record(None, None, problem=str(error)))

"""Conversion of texts to the types of a contract; a text that is none of the type is described and never guessed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.tables import Column, ColumnType

#: Column with the path of the file of a landed row.
FILE = "_file"
#: Column with what is wrong with a landed row, or null.
UNREADABLE = "_unreadable"
#: What Java puts in the place of bytes that are no text in the encoding of the file.
_REPLACEMENT = "\ufffd"
_DATE = r"^\d{4}-\d{2}-\d{2}$"
# Spark would complete a year or a time of day to a timestamp.
_TIMESTAMP = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?$"


def file_of_row() -> SparkColumn:
    """The path of the file of a row; Spark gives it as URI, in which a plus sign stands for itself."""
    uri = F.col("_metadata.file_path")
    decoded = F.url_decode(F.replace(uri, F.lit("+"), F.lit("%2B")))
    return F.when(uri.contains("%"), decoded).otherwise(uri).alias(FILE)


@dataclass(frozen=True)
class Rows:
    """Landed rows with the contract's columns, `_file` and `_unreadable`, and what else their files have."""

    frame: DataFrame
    ignored: tuple[str, ...] = ()
    """Columns of the files that the contract does not name."""


def typed(texts: DataFrame, columns: Sequence[Column]) -> DataFrame:
    """The texts with the types of their columns; `_unreadable` describes the first wrong value of a row.

    An `_unreadable` of the texts, of a row that could not be split into values, stays as it is.
    """
    # A select of its own, so that Spark converts each value once.
    converted = texts.select("*", *(_value(column).alias(_converted(column)) for column in columns))
    wrong = [
        F.when(
            F.col(column.name).isNotNull() & ~_is_readable(column),
            F.concat(F.lit(f"column {column.name} holds '"), F.col(column.name), F.lit(f"', {_allowed(column)}")),
        )
        for column in columns
    ]
    return converted.select(
        *(F.col(_converted(column)).alias(column.name) for column in columns),
        FILE,
        F.coalesce(F.col(UNREADABLE), *wrong).alias(UNREADABLE),
    )


def ignored(found: Collection[str], columns: Sequence[Column]) -> tuple[str, ...]:
    """The columns of files that the contract does not name."""
    return tuple(sorted(set(found) - {column.name for column in columns}))


def _allowed(column: Column) -> str:
    if column.type is ColumnType.STRING:
        return "which is no text in the encoding that the source declares"
    return f"allowed is {column.type}"


def _is_readable(column: Column) -> SparkColumn:
    if column.type is ColumnType.STRING:
        return ~F.col(column.name).contains(_REPLACEMENT)
    # An empty text is an absent value, also where it was quoted.
    return (F.col(column.name) == "") | F.col(_converted(column)).isNotNull()


def _converted(column: Column) -> str:
    return f"_converted_{column.name}"


def _value(column: Column) -> SparkColumn:
    text = F.col(column.name)
    cast = F.expr(f"try_cast(`{column.name}` AS {column.type.value})")
    match column.type:
        case ColumnType.STRING:
            return text
        case ColumnType.BOOLEAN:
            return F.when(text == "true", F.lit(True)).when(text == "false", F.lit(False))
        case ColumnType.INT | ColumnType.BIGINT:
            # Tools write whole numbers as 830.0 where a column had absent values.
            return F.coalesce(cast, F.expr(f"try_cast(regexp_replace(`{column.name}`, '[.]0+$', '') AS {column.type})"))
        case ColumnType.DATE:
            return F.when(text.rlike(_DATE), cast)
        case ColumnType.TIMESTAMP:
            return F.when(text.rlike(_TIMESTAMP), cast)
        case _:
            return cast

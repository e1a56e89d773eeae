"""Conversion of texts to the types of a contract; a text that is none of the type is never guessed."""

from collections.abc import Sequence

from pyspark.sql import Column as SparkColumn
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.contracts.tables import Column, ColumnType

#: Columns with the place of a landed row: the path of its file, its line or row number there, and its text, which is
#: null in Parquet.
FILE, LINE, ROW = "_file", "_line", "_row"
PLACE = (FILE, LINE, ROW)
#: The rules that a row breaks because it cannot be read, comma-separated; empty for a row that can.
UNREADABLE = "_unreadable"
#: Of a row that cannot be read, the texts of its columns, and why it could not be split into them; otherwise null.
TEXTS, PROBLEM = "_texts", "_problem"
#: The columns of landed rows beside those of the contract.
LANDED = (*PLACE, PROBLEM, UNREADABLE, TEXTS)

_WHOLE = r"^[+-]?[0-9]+([.]0*)?$"
# Java reads more: 72.0f, 0x1p3.
_REAL = r"^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$"
_SPECIAL = r"(?i)^(nan|[+-]?inf(inity)?)$"
_BOOLEAN = "(?i)^(true|false)$"
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
# Spark would complete a year or a time of day to a timestamp, and cut off what is below a microsecond.
_TIMESTAMP = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6}0*)?)?(Z|[+-][0-9]{2}:[0-9]{2})?$"
)
#: The form of the texts of each type, whose values may still be out of its range.
FORMS = {
    ColumnType.INT: _WHOLE,
    ColumnType.BIGINT: _WHOLE,
    ColumnType.FLOAT: _REAL,
    ColumnType.DOUBLE: _REAL,
    ColumnType.BOOLEAN: _BOOLEAN,
    ColumnType.DATE: _DATE,
    ColumnType.TIMESTAMP: _TIMESTAMP,
}


def typed(texts: DataFrame, columns: Sequence[Column]) -> DataFrame:
    """The texts with the types of their columns, the place of each row, and what of it cannot be read.

    `_unreadable` of the texts has the rules of a row that could not be split into texts, and is null for others.
    """
    # A select of its own, so that Spark converts each value once.
    converted = texts.select("*", *(_value(column).alias(_converted(column)) for column in columns))
    wrong = [F.when(_is_wrong(column), F.lit(f"{column.name}_readable")) for column in columns]
    names = [column.name for column in columns]
    checked = converted.select(
        *(F.col(_converted(column)).alias(column.name) for column in columns),
        *PLACE,
        PROBLEM,
        F.coalesce(UNREADABLE, F.concat_ws(",", *wrong)).alias(UNREADABLE),
        F.array(*names).alias(TEXTS),
    )
    return checked.withColumn(TEXTS, F.when(F.col(UNREADABLE) != "", F.col(TEXTS)))


def _converted(column: Column) -> str:
    return f"_converted_{column.name}"


def _is_wrong(column: Column) -> SparkColumn:
    return F.col(column.name).isNotNull() & F.col(_converted(column)).isNull()


def _value(column: Column) -> SparkColumn:
    """The value of a text, or null if it is none of the type."""
    name, cast = f"`{column.name}`", F.expr(f"try_cast(`{column.name}` AS {column.type.value})")
    match column.type:
        case ColumnType.STRING:
            return F.col(column.name)
        case ColumnType.INT | ColumnType.BIGINT:
            # Tools write whole numbers as 830.0 where a column had absent values. Spark accepts no other form than
            # that of `_WHOLE`, so the costly pattern is not needed.
            return F.coalesce(cast, F.expr(f"try_cast(regexp_replace({name}, '[.]0*$', '') AS {column.type.value})"))
        case ColumnType.FLOAT | ColumnType.DOUBLE:
            finite = F.when(F.abs(cast) < float("inf"), cast)
            return F.when(F.col(column.name).rlike(_REAL), finite).when(F.col(column.name).rlike(_SPECIAL), cast)
        case _:
            return F.when(F.col(column.name).rlike(FORMS[column.type]), cast)

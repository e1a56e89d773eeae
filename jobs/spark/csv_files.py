"""CSV files of RFC 4180: columns are found by the names in the header, and quoted values may contain line ends."""

import codecs
import csv
from collections.abc import Mapping, Sequence
from functools import reduce

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.sources import Csv
from jobs.contracts.tables import Column, ContractError
from jobs.spark import hadoop
from jobs.spark.values import UNREADABLE, Rows, file_of_row, typed

_DELIMITERS = ",;\t|"
_GZIP = "\x1f"


def read_csv(spark: SparkSession, source: str, dialect: Csv, files: Sequence[str], columns: Sequence[Column]) -> Rows:
    """The rows of all files.

    Raises ContractError when the header of a file does not have exactly these columns.
    """
    names = [column.name for column in columns]
    by_header: dict[tuple[str, ...], list[str]] = {}
    for file in files:
        by_header.setdefault(_header(spark, source, dialect, file, names), []).append(file)
    frames = [_read(spark, dialect, some, header) for header, some in by_header.items()]
    return Rows(typed(reduce(DataFrame.unionByName, frames), columns))


def _read(spark: SparkSession, dialect: Csv, files: Sequence[str], header: Sequence[str]) -> DataFrame:
    fields = [f"`{name}` string" for name in (*header, UNREADABLE)]
    rows = spark.read.options(**_options(dialect)).csv(list(files), schema=", ".join(fields), header=True)
    wrong = F.concat(F.lit(f"a row has not the {len(header)} values of the header: "), F.col(UNREADABLE))
    return rows.select(*header, file_of_row(), wrong.alias(UNREADABLE))


def _options(dialect: Csv) -> Mapping[str, str]:
    return {
        "sep": dialect.delimiter,
        "quote": dialect.quote,
        # A quote within quotes is doubled.
        "escape": dialect.quote,
        "multiLine": "true",
        "encoding": _java_name(dialect.encoding),
        "nullValue": dialect.null,
        "emptyValue": dialect.null,
        "columnNameOfCorruptRecord": UNREADABLE,
    }


def _header(spark: SparkSession, source: str, dialect: Csv, file: str, names: Sequence[str]) -> tuple[str, ...]:
    lines = hadoop.first_lines(spark, file, _java_name(dialect.encoding))
    line = next((line for line in lines if line.strip("\ufeff \r")), "").removeprefix("\ufeff")
    header = tuple(next(csv.reader([line], delimiter=dialect.delimiter, quotechar=dialect.quote), []))
    if sorted(header) != sorted(names):
        raise ContractError(f"source {source}: {file} {_difference(line, header, names)}")
    return header


def _difference(line: str, header: Sequence[str], names: Sequence[str]) -> str:
    if not line:
        return "is empty; land it with a header line"
    if line.startswith(_GZIP):
        return "is compressed with gzip; give it the extension .gz"
    for delimiter in _DELIMITERS:
        if sorted(next(csv.reader([line], delimiter=delimiter))) == sorted(names):
            return f"has a header with the delimiter {delimiter!r}; declare Csv(delimiter={delimiter!r})"
    missing = [name for name in names if name not in header]
    unknown = [name for name in header if name not in names]
    repeated = sorted({name for name in header if header.count(name) > 1})
    twice = f", twice {repeated}" if repeated else ""
    return (
        f"lacks columns {missing} and has unknown {unknown}{twice}; allowed are {list(names)}; correct the landing "
        "file or the contract and repeat ingest"
    )


def _java_name(encoding: str) -> str:
    name = codecs.lookup(encoding).name
    # A byte-order mark is no part of the text in either.
    return "utf-8" if name == "utf-8-sig" else name

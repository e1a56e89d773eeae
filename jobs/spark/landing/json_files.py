"""JSON lines: one object per line, in UTF-8 as RFC 8259 requires."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

from pyspark.sql import DataFrame, SparkSession

from jobs.contracts.tables import Column, ColumnType, ContractError
from jobs.spark import hadoop
from jobs.spark.landing.content import LINE_END, UNPRINTABLE, UnreadableFileError, text_of
from jobs.spark.landing.explanations import unprintable
from jobs.spark.landing.records import READABLE, Record, rule_of
from jobs.spark.storage import schema_of

_KINDS = {dict: "an object", list: "a list", bool: "a boolean", str: "a string"}


class _Number(str):
    """A number as it stands in the file, because a conversion could change it."""

    __slots__ = ()


def json_records(columns: Sequence[Column], path: str, content: bytes) -> Iterator[Record]:
    """The rows of a file, and after them a record with the names of all members.

    Raises UnreadableFileError when the file is no UTF-8 or holds something else than an object per line.
    """
    text = text_of(path, content, "utf-8", "write it in UTF-8, as RFC 8259 requires")
    beginning = re.match(r"\s*(\[|\{\s*[\r\n])", text)
    if beginning:
        what = "a list" if beginning[1] == "[" else "an object over several lines"
        raise UnreadableFileError(f"begins with {what}; write one object on each line")
    names: dict[str, None] = {}
    # Line ends within strings are escaped in JSON, so each one ends a line.
    for line, row in enumerate(LINE_END.split(text), start=1):
        if row.strip(" \t"):
            try:
                members = _members(row)
            except (ValueError, RecursionError) as error:
                yield Record(line, row, None, READABLE, f"the line is no JSON object: {_message(error)}")
            else:
                names.update(dict.fromkeys(members))
                yield _record(line, row, members, columns)
    yield Record(None, None, list(names))


def read_json_lines(spark: SparkSession, path: str, columns: Sequence[Column]) -> DataFrame:
    """The JSON lines in a folder with the given columns; raises ContractError when the path does not exist."""
    if not hadoop.exists(spark, path):
        raise ContractError(f"no file at {path}; run the job that writes it first")
    return spark.read.schema(schema_of(columns)).option("recursiveFileLookup", "true").json(path)


def _record(line: int, row: str, members: Mapping[str, Any], columns: Sequence[Column]) -> Record:
    texts: list[str | None] = []
    for column in columns:
        value = members.get(column.name)
        problem = _problem(column, value)
        if problem:
            return Record(line, row, None, rule_of(column.name), problem)
        # Spark takes texts of the very type str only.
        texts.append(None if value is None else str(value).lower() if isinstance(value, bool) else str(value))
    return Record(line, row, texts)


def _problem(column: Column, value: object) -> str | None:
    is_number = isinstance(value, _Number)
    if isinstance(value, str) and not is_number and UNPRINTABLE.search(value):
        return unprintable(column.name, value)
    allowed = (str,) if column.type is not ColumnType.BOOLEAN else (str, bool)
    if value is None or (isinstance(value, allowed) and not (is_number and column.type is ColumnType.STRING)):
        return None
    kind = "a number" if is_number else _KINDS[type(value)]
    return f"column {column.name} holds {kind}, allowed is {column.type}"


def _members(row: str) -> dict[str, Any]:
    value = json.loads(
        row, object_pairs_hook=_object, parse_int=_Number, parse_float=_Number, parse_constant=_refuse_constant
    )
    if not isinstance(value, dict):
        raise ValueError("it is no object")
    return value


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in members]
    repeated = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if repeated:
        raise ValueError(f"it has members {repeated} twice")
    return dict(members)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _message(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.removesuffix(' at')} at character {error.pos + 1}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)

"""Request bodies to Arrow tables, predictions to JSON lines."""

import csv
import io
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from jobs.contracts.training import JSON_LINES_CONTENT_TYPE
from jobs.serving.errors import RequestError

PARQUET_TYPES = ("application/x-parquet", "application/vnd.apache.parquet")
JSON_TYPES = ("application/json", JSON_LINES_CONTENT_TYPE)
CSV_TYPES = ("text/csv",)
ANSWER_TYPES = (JSON_LINES_CONTENT_TYPE, "application/json", "*/*", "application/*")


def read(body: bytes, content_type: str) -> pa.Table:
    """The rows of a request; raises RequestError unless they can be read."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in PARQUET_TYPES:
        return _read_parquet(body)
    if kind in JSON_TYPES:
        return _table(_read_json(body))
    if kind in CSV_TYPES:
        return _table(_read_csv(body))
    raise RequestError(
        f"content type {content_type!r} cannot be read; allowed are {[*PARQUET_TYPES, *JSON_TYPES, *CSV_TYPES]}",
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    )


def require_acceptable(accept: str) -> None:
    """Raise RequestError unless the caller takes JSON lines."""
    wanted = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    if not any(part in ANSWER_TYPES for part in wanted):
        raise RequestError(
            f"Accept {accept!r} cannot be given; allowed are {list(ANSWER_TYPES)}", HTTPStatus.NOT_ACCEPTABLE
        )


def write(columns: Mapping[str, list[Any]]) -> bytes:
    """One JSON object per row."""
    names = list(columns)
    lines = (json.dumps(dict(zip(names, row, strict=True))) for row in zip(*columns.values(), strict=True))
    return "".join(f"{line}\n" for line in lines).encode()


def _read_parquet(body: bytes) -> pa.Table:
    try:
        return pq.ParquetFile(io.BytesIO(body)).read()
    except (pa.ArrowException, OSError) as error:
        raise RequestError(f"the body of {len(body)} bytes is no Parquet file: {error}") from error


def _read_json(body: bytes) -> list[dict[str, Any]]:
    """One object, an array of objects, or one object per line."""
    try:
        text = body.decode()
        try:
            found = json.loads(text)
        except ValueError:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError as error:
        raise RequestError(f"the body is neither JSON nor JSON lines: {error}") from error
    rows = found if isinstance(found, list) else [found]
    if not all(isinstance(row, dict) for row in rows):
        raise RequestError("the body must hold JSON objects with one member per column, alone, in an array or per line")
    return rows


def _read_csv(body: bytes) -> list[dict[str, Any]]:
    """Rows below a header; an empty field is an absent value."""
    try:
        reader = csv.DictReader(io.StringIO(body.decode()), strict=True)
        rows = [{name: value or None for name, value in row.items()} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise RequestError(f"the body is no CSV with a header: {error}") from error
    if any(None in row for row in rows):
        raise RequestError("a CSV row has more fields than the header names")
    return rows


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    names = list(dict.fromkeys(name for row in rows for name in row))
    try:
        return pa.table({name: [row.get(name) for row in rows] for name in names})
    except pa.ArrowException as error:
        raise RequestError(f"a column mixes types: {error}") from error

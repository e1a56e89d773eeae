"""Parsing of request bodies into Arrow tables, and formatting of predictions as JSON lines."""

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
RESPONSE_TYPES = (JSON_LINES_CONTENT_TYPE, "application/json", "*/*", "application/*")


def read(body: bytes, content_type: str) -> pa.Table:
    """The rows of a request; raises RequestError for an unknown content type or an invalid body."""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type in PARQUET_TYPES:
        return _read_parquet(body)
    if media_type in JSON_TYPES:
        return _table(_read_json(body))
    if media_type in CSV_TYPES:
        return _table(_read_csv(body))
    raise RequestError(
        f"content type {content_type!r} is not supported; allowed are {[*PARQUET_TYPES, *JSON_TYPES, *CSV_TYPES]}",
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    )


def require_acceptable(accept: str) -> None:
    """Raise RequestError unless the Accept header allows JSON lines."""
    accepted = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    if not any(part in RESPONSE_TYPES for part in accepted):
        raise RequestError(
            f"Accept {accept!r} is not supported; allowed are {list(RESPONSE_TYPES)}", HTTPStatus.NOT_ACCEPTABLE
        )


def write(columns: Mapping[str, list[Any]]) -> bytes:
    """The rows as JSON lines, one object per row."""
    names = list(columns)
    lines = (json.dumps(dict(zip(names, row, strict=True))) for row in zip(*columns.values(), strict=True))
    return "".join(f"{line}\n" for line in lines).encode()


def _read_parquet(body: bytes) -> pa.Table:
    try:
        return pq.ParquetFile(io.BytesIO(body)).read()
    except (pa.ArrowException, OSError) as error:
        raise RequestError(f"the body of {len(body)} bytes is not a Parquet file: {error}") from error


def _read_json(body: bytes) -> list[dict[str, Any]]:
    """The rows of a JSON body: one object, an array of objects, or one object per line."""
    try:
        text = body.decode()
        try:
            parsed = json.loads(text)
        except ValueError:
            parsed = [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError as error:
        raise RequestError(f"the body is neither JSON nor JSON lines: {error}") from error
    rows = parsed if isinstance(parsed, list) else [parsed]
    if not all(isinstance(row, dict) for row in rows):
        raise RequestError(
            "the body must be a JSON object with one member per column, an array of objects, or one object per line"
        )
    return rows


def _read_csv(body: bytes) -> list[dict[str, Any]]:
    """The rows of a CSV body with a header; an empty field is null."""
    try:
        reader = csv.DictReader(io.StringIO(body.decode()), strict=True)
        rows = [{name: value or None for name, value in row.items()} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise RequestError(f"the body is not CSV with a header: {error}") from error
    if any(None in row for row in rows):
        raise RequestError("a CSV row has more fields than the header")
    return rows


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    names = list(dict.fromkeys(name for row in rows for name in row))
    try:
        return pa.table({name: [row.get(name) for row in rows] for name in names})
    except pa.ArrowException as error:
        raise RequestError(f"a column has values of different types: {error}") from error

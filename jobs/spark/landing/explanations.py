"""Sentences about values that cannot be read; they name the column, the value and what is allowed."""

import re
import unicodedata

from jobs.contracts.tables import Column, ColumnType
from jobs.spark.landing.content import UNPRINTABLE
from jobs.spark.landing.values import FORMS

_LONGEST_TEXT = 80
_OTHER = re.compile(r"[^\x20-\x7e]")
_ALLOWED = {
    ColumnType.INT: "a whole number",
    ColumnType.BIGINT: "a whole number",
    ColumnType.FLOAT: "a number such as -1.5",
    ColumnType.DOUBLE: "a number such as -1.5",
    ColumnType.DATE: "YYYY-MM-DD",
    ColumnType.TIMESTAMP: "YYYY-MM-DDTHH:MM:SSZ or with an offset such as +02:00, up to microseconds",
    ColumnType.BOOLEAN: "true or false",
}
_OUTSIDE = {
    ColumnType.INT: "out of the range of int, -2147483648 to 2147483647",
    ColumnType.BIGINT: "out of the range of bigint, -9223372036854775808 to 9223372036854775807",
    ColumnType.FLOAT: "out of the range of float",
    ColumnType.DOUBLE: "out of the range of double",
    ColumnType.DATE: "no day of the calendar",
    ColumnType.TIMESTAMP: "no time of the calendar",
}


def shown(text: str) -> str:
    """A text as part of a sentence: in quotes, not too long, and without characters that cannot be seen."""
    visible = "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in text[:_LONGEST_TEXT])
    return f"'{visible}{'...' if len(text) > _LONGEST_TEXT else ''}'"


def unprintable(column: str, text: str) -> str:
    """Why a text with a character that is no text cannot be read."""
    return f"column {column} holds {shown(text)} with the character {_first(UNPRINTABLE, text)}"


def unreadable(column: Column, text: str) -> str:
    """Why a text is no value of the type of its column."""
    if re.fullmatch(FORMS[column.type], text, re.ASCII):
        return f"column {column.name} holds {shown(text)}, which is {_OUTSIDE[column.type]}"
    character = _first(_OTHER, text)
    named = f" with the character {character}" if character else ""
    allowed = f"allowed is {column.type}: {_ALLOWED[column.type]}"
    return f"column {column.name} holds {shown(text)}{named}, {allowed}"


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    if found is None:
        return None
    unnamed = {"Cc": "control character", "Cs": "half of a surrogate pair"}.get(
        unicodedata.category(found[0]), "unnamed"
    )
    return f"U+{ord(found[0]):04X} ({unicodedata.name(found[0], unnamed).lower()})"

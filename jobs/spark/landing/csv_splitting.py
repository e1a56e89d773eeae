"""Splitting of CSV lines into values by the quotes of RFC 4180."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from jobs.contracts.sources import Csv

#: The most lines of one row; a quote that is not closed within them counts as never closed.
_MOST_LINES = 1000


class Split(NamedTuple):
    """The values of a row and how many lines it has; or what is wrong with its quotes."""

    values: list[str]
    lines: int = 1
    problem: str | None = None
    is_plain: bool = False
    """Whether the row has no quotes, so that it could be split at each delimiter."""


class Splitter:
    """Splits the lines of one file, which keep their line ends."""

    def __init__(self, dialect: Csv, lines: Sequence[str]) -> None:
        self._lines, self._quote, self._delimiter = lines, dialect.quote, dialect.delimiter
        self._quoted = [number for number, line in enumerate(lines) if dialect.quote in line]
        quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
        inner = f"[^{quote}]*(?:{quote}{quote}[^{quote}]*)*"
        self._value = re.compile(f"(?:{quote}({inner}){quote}|([^{quote}{delimiter}\r\n]*))(?={delimiter}|[\r\n]|\\Z)")
        self._open = re.compile(f"{quote}{inner}\\Z")

    def row(self, first: int) -> Split:
        """The row that begins at a line."""
        line = self._lines[first]
        if self._quote not in line:
            return Split(line.rstrip("\r\n").split(self._delimiter), is_plain=True)
        text, count, position = line, 1, 0
        values: list[str] = []
        while True:
            match = self._value.match(text, position)
            if match is None:
                if not self._open.match(text, position):
                    return Split(
                        [], problem="a quote stands inside a value or after one; quotes in a value are doubled"
                    )
                end = self._next_quoted(first + count)
                if end is None or end - first > _MOST_LINES:
                    return Split([], problem="a quote is opened and not closed")
                text += "".join(self._lines[first + count : end])
                count = end - first
                continue
            quoted, plain = match.groups()
            values.append(plain if quoted is None else quoted.replace(self._quote * 2, self._quote))
            position = match.end()
            if not text.startswith(self._delimiter, position):
                return Split(values, count)
            position += 1

    def _next_quoted(self, first: int) -> int | None:
        """The number of the line after the next one with a quote."""
        index = bisect_left(self._quoted, first)
        return self._quoted[index] + 1 if index < len(self._quoted) else None

"""Reads a CSV file of unknown encoding and delimiter, and says in one sentence what is wrong with it."""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from common.errors import PlatformError

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_LINES = 200
_LEAST_ROWS = 50
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
#: Bytes that ISO 8859-1 leaves to control characters; Windows has quotation marks and the euro sign there.
_WINDOWS_ONLY = frozenset(range(0x80, 0xA0))


@dataclass(frozen=True, kw_only=True)
class CsvFile:
    """The rows of a CSV file as texts, with the dialect in which it is written."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> tuple[str, ...]:
        """The texts of a column."""
        index = self.header.index(name)
        return tuple(row[index] for row in self.rows)

    def require_column(self, option: str, name: str) -> None:
        """Raise PlatformError unless the file has the column that an option names."""
        if name not in self.header:
            raise PlatformError(f"{option} {name!r}: {self.path} has no such column; columns are {list(self.header)}")


def read_csv_file(path: Path) -> CsvFile:
    """The file's header and rows; raises PlatformError if it cannot be learnt from."""
    if not path.is_file():
        raise PlatformError(f"--from {path}: there is no such file; give the path of a CSV file with a header line")
    content = path.read_bytes()
    if content.startswith(_UTF_16):
        raise PlatformError(f"--from {path}: the file is UTF-16; save it as UTF-8 and repeat the command")
    encoding = _encoding(content)
    text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    if not text.strip():
        raise PlatformError(f"--from {path}: the file is empty; it needs a header line and {_LEAST_ROWS} rows or more")
    delimiter = _delimiter(text)
    lines = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
    header, rows = tuple(name.strip() for name in lines[0]), lines[1:]
    _check(path, header, rows)
    return CsvFile(
        path=path, encoding=encoding, delimiter=delimiter, header=header, rows=tuple(tuple(row) for row in rows)
    )


def _check(path: Path, header: tuple[str, ...], rows: list[list[str]]) -> None:
    if len(header) < 2:
        raise PlatformError(f"--from {path}: found one column; allowed delimiters are comma, semicolon, tab and |")
    repeated = [name for name, count in Counter(header).items() if count > 1]
    if repeated or "" in header:
        raise PlatformError(f"--from {path}: columns {repeated or ['']} repeat or have no name; give each its own name")
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            raise PlatformError(f"--from {path}: row {number} has {len(row)} values, the header has {len(header)}")
    if len(rows) < _LEAST_ROWS:
        raise PlatformError(f"--from {path}: {len(rows)} rows; a model needs {_LEAST_ROWS} or more")


def _encoding(content: bytes) -> str:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252" if _WINDOWS_ONLY & set(content) else "iso-8859-1"
    return "utf-8"


def _delimiter(text: str) -> str:
    """The delimiter that splits the first lines into the most columns of which every line has the same number."""
    lines = text.splitlines()[:_SAMPLE_LINES]
    columns = {}
    for delimiter in _DELIMITERS:
        counts = {len(row) for row in csv.reader(lines, delimiter=delimiter) if row}
        columns[delimiter] = counts.pop() if len(counts) == 1 else 1
    best = max(columns, key=lambda delimiter: columns[delimiter])
    # Lines of different lengths: the delimiter of the header, so that the message can name the line.
    return best if columns[best] > 1 else max(_DELIMITERS, key=lines[0].count)

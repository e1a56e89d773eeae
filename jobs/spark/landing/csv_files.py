"""CSV files of RFC 4180: columns are found by the names in the header, and quoted values may contain line ends.

A quote that RFC 4180 does not allow costs the row in which it stands: reading goes on at the next line.
"""

import io
from collections.abc import Iterator, Sequence

from jobs.contracts.sources import Csv
from jobs.spark.landing.content import LINE_END, UNPRINTABLE, UnreadableFileError, text_of
from jobs.spark.landing.csv_header import difference
from jobs.spark.landing.csv_splitting import Split, Splitter
from jobs.spark.landing.explanations import unprintable
from jobs.spark.landing.records import READABLE, Record, rule_of

_MARK = "\ufeff"


def csv_records(dialect: Csv, names: Sequence[str], path: str, content: bytes) -> Iterator[Record]:
    """The rows of a file, after a record with the names in its header.

    Raises UnreadableFileError when the header does not have exactly these names.
    """
    text = text_of(
        path, content, dialect.encoding, "declare Csv(encoding={encoding!r}) or what it is, or land it again"
    )
    lines = list(io.StringIO(text, newline=""))
    splitter = Splitter(dialect, lines)
    first = next((number for number, line in enumerate(lines) if not _is_blank(line)), None)
    if first is None:
        raise UnreadableFileError("is empty; land it with a header line")
    header = splitter.row(first)
    if sorted(header.values) != sorted(names):
        raise UnreadableFileError(difference(lines[first], header.values, names, dialect))
    yield Record(None, None, list(header.values))
    rows = _Rows(names, header.values, dialect.delimiter, has_unprintable=UNPRINTABLE.search(text) is not None)
    at = first + header.lines
    while at < len(lines):
        split = splitter.row(at)
        if split.lines > 1 and len(split.values) != len(header.values):
            # The quote that closes is more likely one of another row, which is then read for itself.
            split = Split([], problem=f"a quote is opened, and where one closes {_counts(split.values, header.values)}")
        row = lines[at] if split.lines == 1 else "".join(lines[at : at + split.lines])
        # A blank line is no row; it is looked for last, because almost no line is blank.
        record = rows.record(at + 1, row.rstrip("\r\n"), split)
        if (record.texts is None and record.problem is None) or not _is_blank(row):
            yield record
        at += split.lines


class _Rows:
    """Makes records of the rows of one file."""

    def __init__(self, names: Sequence[str], header: list[str], delimiter: str, *, has_unprintable: bool) -> None:
        self._names, self._header, self._delimiter = names, header, delimiter
        self._order = [header.index(name) for name in names]
        self._is_simple = len(header) > 1 and self._order == sorted(self._order) and not has_unprintable

    def record(self, line: int, row: str, split: Split) -> Record:
        """The record of a row."""
        problem = split.problem or self._problem(split)
        if problem:
            return Record(line, row, None, READABLE, problem)
        if self._is_simple and split.is_plain:
            return Record(line, row)
        texts = [split.values[index] for index in self._order]
        for name, text in zip(self._names, texts, strict=True):
            if UNPRINTABLE.search(text):
                return Record(line, row, None, rule_of(name), unprintable(name, text))
        return Record(line, row, list(texts))

    def _problem(self, split: Split) -> str | None:
        values, header = split.values, self._header
        if len(values) != len(header):
            return _counts(values, header)
        if values[0].endswith(header[0]) and [values[0].lstrip(_MARK), *values[1:]] == header:
            return "the row repeats the header"
        if split.lines > 1 and any(self._could_be_rows(value) for value in values):
            return f"a quoted value goes over {split.lines} lines with what could be rows, as if a quote was not closed"
        return None

    def _could_be_rows(self, value: str) -> bool:
        most = max(1, len(self._header) - 1)
        return any(line.count(self._delimiter) >= most for line in LINE_END.split(value)[1:])


def _counts(values: Sequence[str], header: Sequence[str]) -> str:
    return f"the row has {len(values)} values, the header has {len(header)}"


def _is_blank(line: str) -> bool:
    return not line.strip(f" \r\n{_MARK}")

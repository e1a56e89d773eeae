"""Splits files as people send them into rows; what is no RFC 4180 costs one row, and nothing is guessed."""

import bz2
import csv
import gzip
import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.contracts.sources import Csv
from jobs.spark.landing.content import UnreadableFileError
from jobs.spark.landing.csv_files import csv_records
from jobs.spark.landing.records import Record

NAMES = ("id", "name")


def _read(content: bytes | str, dialect: Csv | None = None, path: str = "a.csv") -> list[Record]:
    encoded = content.encode() if isinstance(content, str) else content
    _, *rows = csv_records(dialect or Csv(), NAMES, path, encoded)
    return rows


def _values(rows: list[Record], delimiter: str = ",") -> list[tuple[str | None, ...]]:
    readable = [row for row in rows if row.rule is None]
    return [tuple(row.texts or (row.row or "").split(delimiter)) for row in readable]


def _bad(rows: list[Record]) -> list[tuple[int | None, str | None, str | None]]:
    return [(row.line, row.row, row.problem) for row in rows if row.rule]


UNCLOSED = "a quote is opened and not closed"
STRAY = "a quote stands inside a value or after one; quotes in a value are doubled"
ROWS = {
    "CRLF": ("id,name\r\n1,a\r\n2,b\r\n", [("1", "a"), ("2", "b")], []),
    "CR": ("id,name\r1,a\r2,b", [("1", "a"), ("2", "b")], []),
    "mixed line ends": ("id,name\r\n1,a\r2,b\n3,c", [("1", "a"), ("2", "b"), ("3", "c")], []),
    "blank lines": ("\n  \nid,name\n\n1,a\n   \n2,b\n\n", [("1", "a"), ("2", "b")], []),
    "quoted header": ('"id","name"\n1,a\n', [("1", "a")], []),
    "other order": ("name,id\na,1\n", [("1", "a")], []),
    "line separators within a value": ("id,name\n1,a\u2028b\x0b\n", [], [(2, "1,a\u2028b\x0b", "U+000B")]),
    "quoted line end": ('id,name\n1,"a\r\nb"\n2,c\n', [("1", "a\r\nb"), ("2", "c")], []),
    "doubled quotes": ('id,name\n1,"a ""b"", c"\n2,""\n', [("1", 'a "b", c'), ("2", "")], []),
    "only quotes": ('id,name\n1,""""\n', [("1", '"')], []),
    "too many values": ("id,name\n1,a,\n2,b\n", [("2", "b")], [(2, "1,a,", "3 values, the header has 2")]),
    "too few values": ("id,name\n1\n2,b\n", [("2", "b")], [(2, "1", "1 values, the header has 2")]),
    "comment": ("id,name\n# note\n2,b\n", [("2", "b")], [(2, "# note", "1 values")]),
    "end of file of DOS": ("id,name\n1,a\n\x1a", [("1", "a")], [(3, "\x1a", "1 values")]),
    "header again": ("id,name\n1,a\nid,name\n2,b\n", [("1", "a"), ("2", "b")], [(3, "id,name", "repeats the header")]),
    "files one after the other": (
        "id,name\n1,a\n\ufeffid,name\n2,b\n",
        [("1", "a"), ("2", "b")],
        [(3, "\ufeffid,name", "repeats the header")],
    ),
    "mark in the middle": ("id,name\n1,a\ufeff\n2,b\n", [("2", "b")], [(2, "1,a\ufeff", "U+FEFF")]),
    "lost letter": ("id,name\n1,Jos\ufffd\n2,b\n", [("2", "b")], [(2, "1,Jos\ufffd", "U+FFFD (replacement char")]),
    "null character": (
        "id,name\n1,a\0b\n2,b\n",
        [("2", "b")],
        [(2, "1,a\0b", "'a\\u0000b' with the character U+0000")],
    ),
    "quote that never closes": ('id,name\n1,"a\n2,b\n3,c\n', [("2", "b"), ("3", "c")], [(2, '1,"a', UNCLOSED)]),
    "quote that seems to close": ('id,name\n1,"a\n2,"b"\n3,c\n', [("2", "b"), ("3", "c")], [(2, '1,"a', STRAY)]),
    "quotes in all values": ('"id","name"\n"1","a\n"2","b"\n', [("2", "b")], [(2, '"1","a', STRAY)]),
    "quote inside a value": ('id,name\n1,6" pipe\n2,b\n', [("2", "b")], [(2, '1,6" pipe', STRAY)]),
    "text after a quote": ('id,name\n1,"a"b\n2,b\n', [("2", "b")], [(2, '1,"a"b', STRAY)]),
    "blank before a quote": ('id,name\n1, "a"\n2,b\n', [("2", "b")], [(2, '1, "a"', STRAY)]),
    "quotes over rows": (
        'id,name\n1,"a\n2,b\n3,c"\n4,d\n',
        [("4", "d")],
        [(2, '1,"a\n2,b\n3,c"', "over 3 lines with what could be rows")],
    ),
    "quote that closes in a row of its own": (
        'id,name\n"1,a\n2,b\n"\n3,c\n',
        [("2", "b"), ("3", "c")],
        [(2, '"1,a', "a quote is opened, and where one closes the row has 1 values"), (4, '"', UNCLOSED)],
    ),
    "rows of commas": ("id,name\n1,a\n,\n", [("1", "a"), ("", "")], []),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_row_that_cannot_be_read_costs_no_other(case: str) -> None:
    content, values, bad = ROWS[case]
    rows = _read(content)

    assert _values(rows) == values
    assert [(line, row) for line, row, _ in _bad(rows)] == [(line, row) for line, row, _ in bad]
    for (_, _, problem), (_, _, said) in zip(_bad(rows), bad, strict=True):
        assert said in (problem or "")


def test_the_rule_of_a_character_that_is_no_text_names_the_column() -> None:
    assert [row.rule for row in _read("id,name\n1,a\0\n2\n")] == ["name_readable", "readable"]


REFUSED: dict[str, tuple[bytes | str, Csv, str, str]] = {
    "no byte": (b"", Csv(), "a.csv", "is empty; land it with a header line"),
    "blank lines": ("\ufeff\n \n", Csv(), "a.csv", "is empty"),
    "semicolons": ("id;name\n", Csv(), "a.csv", "has a header with the delimiter ';'; declare Csv(delimiter=';')"),
    "tabs": ("id\tname\n", Csv(), "a.csv", r"declare Csv(delimiter='\t')"),
    "Excel's first line": ("sep=;\nid;name\n", Csv(), "a.csv", "begins with Excel's line 'sep=;'"),
    "case": ("Id,name\n", Csv(), "a.csv", "differs in case or blanks only: 'Id' for 'id'"),
    "blanks": ("id, name\n", Csv(), "a.csv", "differs in case or blanks only: ' name' for 'name'"),
    "no header": ("1,a\n", Csv(), "a.csv", "has no header: its first line is '1,a'; land it with the header 'id,name'"),
    "comment": ("# made today\nid,name\n", Csv(), "a.csv", "has no header: its first line is '# made today'"),
    "delimiter at the end": (
        "id,name,\n",
        Csv(),
        "a.csv",
        "'' is a column without a name, as after a delimiter at the",
    ),
    "a name twice": ("id,name,id\n", Csv(), "a.csv", "twice ['id']"),
    "missing": ("id,nom\n", Csv(), "a.csv", "lacks columns ['name'] and has unknown ['nom']"),
    "UTF-16": ("id,name\n".encode("utf-16"), Csv(), "a.csv", "is UTF-16, not UTF-8; declare Csv(encoding='utf-16')"),
    "UTF-16 without a mark": (
        "id,name\n".encode("utf-16-le"),
        Csv(),
        "a.csv",
        "is UTF-16-LE, not UTF-8; declare Csv(enc",
    ),
    "Latin-1": (
        "id,name\n1,a\n2,xJos\xe9\n".encode("latin-1"),
        Csv(),
        "a.csv",
        "is not UTF-8 at byte 7 of line 3 (0xE9)",
    ),
    "UTF-8": ("id,name\n1,Jos\xe9\n", Csv(encoding="iso-8859-1"), "a.csv", "is UTF-8, not ISO-8859-1; declare"),
    "cut in a letter": ("id,name\n1,\xe9".encode()[:-1], Csv(), "a.csv", "is not UTF-8 at byte 3 of line 2"),
    "gzip": (gzip.compress(b"id,name\n"), Csv(), "a.csv", "is compressed with gzip; give it the extension .gz"),
    "bzip2": (bz2.compress(b"id,name\n"), Csv(), "a.csv", "is compressed with bzip2; give it the extension .bz2"),
    "half a gzip": (gzip.compress(b"id,name\n" * 99)[:-9], Csv(), "a.csv.gz", "is no whole .gz file"),
    "text named gzip": ("id,name\n", Csv(), "a.csv.gz", "is no whole .gz file"),
    "zip": (b"PK\x03\x04....", Csv(), "a.csv", "is a zip archive; unpack it"),
    "workbook": (b"PK\x03\x04...[Content_Types].xml", Csv(), "a.csv", "is an Excel workbook; export the sheet"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1", Csv(), "a.csv", "is an Excel workbook"),
    "Parquet": (b"PAR1....PAR1", Csv(), "a.csv", "is a Parquet file; declare Parquet()"),
    "another compression": ("id,name\n", Csv(), "a.csv.zst", "has an extension that is not read"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_the_remedy(case: str) -> None:
    content, dialect, path, message = REFUSED[case]

    with pytest.raises(UnreadableFileError) as raised:
        _read(content, dialect, path)

    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("path", ["a.csv.gz", "A.CSV.GZ", "a.csv.bz2"])
def test_a_compressed_file_is_read_by_its_extension(path: str) -> None:
    compress = bz2.compress if path.endswith("bz2") else gzip.compress

    assert _values(_read(compress(b"id,name\n1,a\n"), path=path)) == [("1", "a")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "iso-8859-15", "gbk"])
def test_a_file_is_read_in_the_encoding_that_is_declared(encoding: str) -> None:
    text = "id,name\n1,\u4e2d\u6587\n" if encoding == "gbk" else "id,name\n1,\u20ac\n"

    assert _values(_read(text.encode(encoding), Csv(encoding=encoding))) == [("1", text[10:-1])]


_TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff\ufffd"), max_size=8)
_CELL = _TEXT | st.sampled_from(['"', '""', '","', "a\nb", "a\r\nb", ",", ";"])
_TABLES = st.lists(st.tuples(_TEXT.filter(lambda text: text.strip() not in ("", "id")), _CELL), max_size=8)


def _written(rows: list[tuple[str, str]], dialect: Csv, quoting: int) -> str:
    out = io.StringIO(newline="")
    # The type of quoting is an int in csv, and a literal in its stubs.
    writer = csv.writer(out, delimiter=dialect.delimiter, quotechar=dialect.quote, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([NAMES, *rows])
    return out.getvalue()


@settings(max_examples=200, deadline=None)
@given(
    _TABLES,
    st.sampled_from([Csv(), Csv(delimiter=";", quote="'"), Csv(delimiter="|"), Csv(delimiter="\t", encoding="utf-16")]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_another_program_writes_is_read_or_named(rows: list[tuple[str, str]], dialect: Csv, quoting: int) -> None:
    read = _read(_written(rows, dialect, quoting).encode(dialect.encoding), dialect)

    could_be_rows = [row for row in rows if any(dialect.delimiter in line for line in row[1].splitlines()[1:])]
    assert _values(read, dialect.delimiter) == [row for row in rows if row not in could_be_rows]
    assert len(_bad(read)) == len(could_be_rows)


@settings(max_examples=100, deadline=None)
@given(st.integers(2, 30), st.integers(0, 10**6), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_one_bad_quote_costs_one_row(number: int, seed: int, quoting: int) -> None:
    rows = [(str(index), f"name {index}, or {index}") for index in range(number)]
    lines = _written(rows, Csv(), quoting).splitlines()
    broken = random.Random(seed).randrange(1, number + 1)
    lines[broken] = lines[broken].removesuffix('"')

    read = _read("\n".join(lines))

    assert [line for line, _, _ in _bad(read)] == [broken + 1]
    assert _values(read) == [row for index, row in enumerate(rows, start=1) if index != broken]

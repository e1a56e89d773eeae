"""Reads JSON lines as people send them; a line that is no object of the declared types costs no other line."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.contracts.tables import Column, ColumnType
from jobs.spark.landing.content import UnreadableFileError
from jobs.spark.landing.json_files import json_records
from jobs.spark.landing.records import Record

COLUMNS = (
    Column(name="name", type=ColumnType.STRING, description="name"),
    Column(name="whole", type=ColumnType.INT, description="number"),
    Column(name="flag", type=ColumnType.BOOLEAN, description="yes or no"),
)


def _read(content: bytes | str) -> tuple[list[Record], set[str | None]]:
    encoded = content.encode() if isinstance(content, str) else content
    *rows, names = json_records(COLUMNS, "a.jsonl", encoded)
    return rows, set(names.texts or ())


def test_objects_are_read_whatever_separates_them() -> None:
    rows, names = _read(
        '\ufeff{"name": "Ann", "whole": 1, "flag": true}\r\n\n  {"whole": "2", "size": [3]}\r{"name": "a\\nb\u2028"}'
    )

    assert [row.texts for row in rows] == [["Ann", "1", "true"], [None, "2", None], ["a\nb\u2028", None, None]]
    assert [row.line for row in rows] == [1, 3, 4]
    assert names == {"name", "whole", "flag", "size"}


@pytest.mark.parametrize("number", ["1e5", "830.0", "123456789012345678901234567890", "-0", "1E400"])
def test_numbers_stay_as_they_are_written(number: str) -> None:
    (row,), _ = _read(f'{{"whole": {number}}}')

    assert row.texts == [None, number, None]
    assert [type(text) for text in row.texts if text] == [str]


BAD = {
    "no JSON": ("Ann", "readable", "the line is no JSON object: Expecting value at character 1"),
    "half an object": ('{"name": "Ann"', "readable", "Expecting ',' delimiter at character 15"),
    "two objects": ('{"whole": 1} {"whole": 2}', "readable", "Extra data at character 14"),
    "comma after an object": ('{"whole": 1},', "readable", "Extra data at character 13"),
    "a list": ("[1]", "readable", "it is no object"),
    "a number": ("1", "readable", "it is no object"),
    "null": ("null", "readable", "it is no object"),
    "a member twice": ('{"name": "Ann", "name": "Bob"}', "readable", "it has members ['name'] twice"),
    "NaN": ('{"whole": NaN}', "readable", "NaN is no JSON number"),
    "infinity": ('{"whole": -Infinity}', "readable", "-Infinity is no JSON number"),
    "a control character": ('{"name": "a\x01"}', "readable", "Invalid control character at character 12"),
    "single quotes": ("{'name': 1}", "readable", "Expecting property name enclosed in double quotes"),
    "deep nesting": ('{"name": ' + "[" * 100_000, "readable", "the line is no JSON object"),
    "an object in a column": ('{"name": {"first": "Ann"}}', "name_readable", "column name holds an object, allowed is"),
    "a list in a column": ('{"whole": [1]}', "whole_readable", "column whole holds a list, allowed is int"),
    "a number as text": ('{"name": 5}', "name_readable", "column name holds a number, allowed is string"),
    "a boolean as number": ('{"whole": true}', "whole_readable", "column whole holds a boolean, allowed is int"),
    "half a pair": ('{"name": "\\ud800"}', "name_readable", "U+D800 (half of a surrogate pair)"),
    "a null character": ('{"name": "a\\u0000"}', "name_readable", "U+0000 (control character)"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_line_that_cannot_be_read_costs_no_other(case: str) -> None:
    line, rule, message = BAD[case]

    (before, bad, after), _ = _read(f'{{"name": "Ann"}}\n{line}\n{{"name": "Bob"}}\n')

    assert (before.texts, after.texts) == (["Ann", None, None], ["Bob", None, None])
    assert (bad.line, bad.row, bad.rule) == (2, line, rule)
    assert message in (bad.problem or "")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"name": "Ann"}]', "begins with a list; write one object on each line"),
        ('\n[\n{"name": "Ann"}\n]', "begins with a list"),
        ('{\n  "name": "Ann"\n}\n', "begins with an object over several lines; write one object on each line"),
        ('{"name": "Jos\xe9"}'.encode("latin-1"), "is not UTF-8 at byte 14 of line 1 (0xE9); write it in UTF-8"),
        ('{"name": "Ann"}'.encode("utf-16"), "is UTF-16, not UTF-8; write it in UTF-8"),
        (b"PK\x03\x04", "is a zip archive; unpack it"),
    ],
)
def test_a_file_that_is_no_json_lines_is_refused(content: bytes | str, message: str) -> None:
    with pytest.raises(UnreadableFileError) as raised:
        _read(content)

    assert message in str(raised.value)


def test_a_file_without_objects_has_no_rows() -> None:
    assert _read("\n \n") == ([], set())


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff\ufffd")))),
    st.booleans(),
)
def test_what_python_writes_is_read(rows: list[tuple[str]], is_ascii: bool) -> None:
    lines = [json.dumps({"name": name}, ensure_ascii=is_ascii) for (name,) in rows]

    assert [(row.texts or [None])[0] for row in _read("\n".join(lines))[0]] == [name for (name,) in rows]

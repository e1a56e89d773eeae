import json
from http import HTTPStatus

import pytest

from jobs.serving import content
from jobs.serving.errors import RequestError

ROWS = [{"reading_id": "a", "use": 1.5}, {"reading_id": "b", "use": None}]


@pytest.mark.parametrize(
    "body",
    [json.dumps(ROWS), "\n".join(json.dumps(row) for row in ROWS), "\n" + "\n\n".join(json.dumps(row) for row in ROWS)],
    ids=["array", "lines", "lines with gaps"],
)
def test_json_comes_as_an_array_or_as_lines(body: str) -> None:
    assert content.read(body.encode(), "application/json; charset=utf-8").to_pylist() == ROWS


def test_a_single_json_object_is_one_row() -> None:
    assert content.read(b'{"use": 2}', "application/jsonlines").to_pylist() == [{"use": 2}]


def test_an_empty_csv_field_is_an_absent_value() -> None:
    table = content.read(b"reading_id,use\na,1.5\nb,\n", "text/csv")
    assert table.to_pylist() == [{"reading_id": "a", "use": "1.5"}, {"reading_id": "b", "use": None}]


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        (b"PAR1", "application/x-parquet", "the body of 4 bytes is not a Parquet file"),
        (b"", "application/vnd.apache.parquet", "the body of 0 bytes is not a Parquet file"),
        (b"{use: 1}", "application/json", "neither JSON nor JSON lines"),
        (b"\xff", "application/json", "neither JSON nor JSON lines"),
        (b"[1, 2]", "application/json", "must be a JSON object"),
        (b'[{"use": 1}, {"use": "x"}]', "application/json", "a column has values of different types"),
        (b"a,b\n1,2,3\n", "text/csv", "more fields than the header"),
    ],
)
def test_an_unreadable_body_is_a_bad_request(body: bytes, content_type: str, message: str) -> None:
    with pytest.raises(RequestError, match=message) as raised:
        content.read(body, content_type)
    assert raised.value.status is HTTPStatus.BAD_REQUEST


def test_an_unknown_content_type_names_those_that_are_read() -> None:
    with pytest.raises(RequestError, match=r"'image/png' is not supported; allowed are .*parquet") as raised:
        content.read(b"", "image/png")
    assert raised.value.status is HTTPStatus.UNSUPPORTED_MEDIA_TYPE


@pytest.mark.parametrize("accept", ["application/jsonlines", "text/html, */*;q=0.1", "application/json"])
def test_json_lines_suit_most_callers(accept: str) -> None:
    content.require_acceptable(accept)


def test_another_answer_cannot_be_given() -> None:
    with pytest.raises(RequestError, match="Accept 'text/csv' is not supported"):
        content.require_acceptable("text/csv")


def test_answers_are_one_object_per_line() -> None:
    assert (
        content.write({"id": ["a", "b"], "high": [True, False]})
        == b'{"id": "a", "high": true}\n{"id": "b", "high": false}\n'
    )
    assert content.write({"id": []}) == b""

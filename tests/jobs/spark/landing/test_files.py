"""Reads landed files of each format as the contract of their source says."""

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from pyspark.sql import SparkSession

from jobs.contracts.model_tables import partition_column
from jobs.contracts.partitions import Grain, Partitions, Span
from jobs.contracts.sources import Csv, JsonLines, Parquet, Source
from jobs.contracts.tables import Column, ColumnType, ContractError
from jobs.spark import quality
from jobs.spark.landing.files import Rows, read_landed
from jobs.spark.landing.values import LANDED
from jobs.spark.quarantine import quarantined

HOURS = Partitions(grain=Grain.HOUR)
WEEKS = Partitions(grain=Grain.WEEK, time_zone="Asia/Tokyo")
ONE_HOUR = Span("2013-01-31T05", "2013-01-31T05")


def _source(**changed: Any) -> Source:
    columns = (
        Column(id=1, name="name", type=ColumnType.STRING, description="name"),
        Column(id=2, name="whole", type=ColumnType.INT, description="number"),
        Column(id=3, name="real", type=ColumnType.DOUBLE, description="number"),
        Column(id=4, name="flag", type=ColumnType.BOOLEAN, description="yes or no"),
        Column(id=5, name="born", type=ColumnType.DATE, description="day"),
        Column(id=6, name="at", type=ColumnType.TIMESTAMP, description="instant"),
    )
    declared = {"format": Csv(), "arrival": "people.csv", "columns": columns, **changed}
    return Source(name="people", description="people", **{"keys": ("name",), **declared})


def _hourly(**changed: Any) -> Source:
    source = _source(**{"arrival": "{partition}/*.csv", "partition_by": ("hour",), **changed})
    return replace(source, columns=(source.columns[0], partition_column(HOURS, 7)))


def _land(folder: Path, files: Mapping[str, bytes | str]) -> str:
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder.as_uri()


@pytest.fixture
def read(spark: SparkSession, tmp_path: Path) -> Callable[..., Rows]:
    """Lands files and reads them."""

    def land_and_read(
        source: Source, files: Mapping[str, bytes | str], span: Span = ONE_HOUR, partitions: Partitions = HOURS
    ) -> Rows:
        return read_landed(spark, source, landing=_land(tmp_path, files), partitions=partitions, span=span)

    return land_and_read


def _texts(rows: Rows, *names: str) -> list[tuple[object, ...]]:
    chosen = rows.frame.select(*names) if names else rows.frame.drop(*LANDED)
    return sorted((tuple(row) for row in chosen.collect()), key=str)


HEADER = "name,whole,real,flag,born,at\n"


def test_values_have_the_types_of_the_contract(spark: SparkSession, read: Callable[..., Rows]) -> None:
    at = "2013-01-31T05:00:00Z"
    content = f'{HEADER}Ann, 1 ,1.5,true,2013-01-31,{at}\nBob,830.0,2,false,2013-01-31,{at}\n,"",,-,,\n'

    landed = read(_source(format=Csv(null="-")), {"people.csv": content}).frame
    rows = landed.drop(*LANDED).selectExpr("*", "unix_seconds(at) AS seconds").collect()

    ann, bob, empty = sorted(rows, key=lambda row: row["name"] or "z")
    assert tuple(ann[:5]) == ("Ann", 1, 1.5, True, date(2013, 1, 31))
    assert tuple(bob[:5]) == ("Bob", 830, 2.0, False, date(2013, 1, 31))
    assert ann["seconds"] == datetime(2013, 1, 31, 5, tzinfo=UTC).timestamp()
    assert set(empty) == {None}


def test_columns_are_found_by_name_in_every_file(read: Callable[..., Rows]) -> None:
    files = {"a.csv": "name;whole\nAnn;1\n", "b.csv": "whole;name\nNA;Bob\n"}
    source = _source(format=Csv(delimiter=";", null="NA"), arrival="*.csv")

    assert _texts(read(replace(source, columns=source.columns[:2]), files)) == [("Ann", 1), ("Bob", None)]


def test_a_compressed_file_is_read_by_its_extension(read: Callable[..., Rows]) -> None:
    source = _source(arrival="people.csv.gz")

    assert _texts(
        read(replace(source, columns=source.columns[:1]), {"people.csv.gz": gzip.compress(b"name\nAnn\n")})
    ) == [("Ann",)]


def test_rows_have_the_partition_of_their_path(read: Callable[..., Rows]) -> None:
    files = {
        "2013-01-31T05/a+b c%20.csv": "name\nAnn\n",
        "2013-01-31T05/b.csv": "name\nBob\n",
        "2013-01-31T06/a.csv": "name\nCarl\n",
        "2013-01-31T06/_begun.csv": "no data",
        "2013-01-31T07/a.csv": "name\nDora\n",
    }

    rows = read(_hourly(), files, Span("2013-01-31T05", "2013-01-31T06"))

    assert _texts(rows) == [("Ann", "2013-01-31T05"), ("Bob", "2013-01-31T05"), ("Carl", "2013-01-31T06")]


def test_files_of_a_bucket_are_found_by_their_uri(spark: SparkSession, mount_bucket: Callable[[str], Path]) -> None:
    _land(mount_bucket("landing"), {"2013-01-31T05/a+b c%20.csv": "name\nAnn\n", "2013-01-31T06/b.csv": "name\nBob\n"})
    span = Span("2013-01-31T05", "2013-01-31T06")

    rows = read_landed(spark, _hourly(), landing="s3://landing", partitions=HOURS, span=span)

    assert _texts(rows) == [("Ann", "2013-01-31T05"), ("Bob", "2013-01-31T06")]
    assert sorted(row["_file"] for row in rows.frame.collect()) == [
        "s3://landing/2013-01-31T05/a+b c%20.csv",
        "s3://landing/2013-01-31T06/b.csv",
    ]


def test_a_partition_without_a_file_is_named(read: Callable[..., Rows]) -> None:
    with pytest.raises(ContractError, match=r"source people: no landing file file:.*/2013-01-31T06/\*.csv; land it"):
        read(_hourly(), {"2013-01-31T05/a.csv": "name\nAnn\n"}, Span("2013-01-31T05", "2013-01-31T06"))


def test_json_lines_have_one_object_each(read: Callable[..., Rows]) -> None:
    lines = [
        {"name": "Ann", "whole": 1, "real": 1.5, "flag": True, "born": "2013-01-31", "at": None, "size": 3},
        {"name": "Jos\u00e9", "whole": "2", "real": 2},
    ]
    content = "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    source = _source(format=JsonLines(), arrival="people.jsonl")

    rows = read(source, {"people.jsonl": content})

    assert _texts(rows, "name", "whole", "real", "flag") == [("Ann", 1, 1.5, True), ("Jos\u00e9", 2, 2.0, None)]
    assert rows.ignored == ("size",)


def test_parquet_files_keep_their_types(read: Callable[..., Rows], tmp_path: Path) -> None:
    weeks = {
        "2013-W01": pa.table({"name": ["Ann"], "whole": pa.array([1], pa.int16()), "size": [3]}),
        "2013-W02": pa.table({"whole": pa.array([2], pa.int32()), "name": ["Bob"]}),
    }
    for week, table in weeks.items():
        parquet.write_table(table, tmp_path / f"{week}.parquet")
    source = _source(format=Parquet(), arrival="{partition}.parquet", partition_by=("week",))
    weekly = replace(source, columns=(*source.columns[:2], partition_column(WEEKS, 7)))

    rows = read(weekly, {}, Span("2013-W01", "2013-W02"), WEEKS)

    assert _texts(rows) == [("Ann", 1, "2013-W01"), ("Bob", 2, "2013-W02")]
    assert rows.ignored == ("size",)


BAD_VALUES = {
    "whole": {
        "1.5": "column whole holds '1.5', allowed is int: a whole number",
        "1e5": "column whole holds '1e5', allowed is int",
        "0x10": "column whole holds '0x10', allowed is int",
        "1_0": "column whole holds '1_0', allowed is int",
        "3000000000": "which is out of the range of int, -2147483648 to 2147483647",
        "\uff11": "column whole holds '\uff11' with the character U+FF11 (fullwidth digit one), allowed is int",
        "5\u00a0": "column whole holds '5\\u00a0' with the character U+00A0 (no-break space), allowed is int",
        "\u22125": "with the character U+2212 (minus sign), allowed is int",
    },
    "real": {
        "72.0f": "column real holds '72.0f', allowed is double: a number such as -1.5",
        "0x1p3": "column real holds '0x1p3', allowed is double",
        "1e999": "column real holds '1e999', which is out of the range of double",
        "1,5": "column real holds '1,5', allowed is double",
    },
    "flag": {
        "yes": "column flag holds 'yes', allowed is boolean: true or false",
        "1": "column flag holds '1', allowed is boolean: true or false",
    },
    "born": {
        "2013-02-30": "column born holds '2013-02-30', which is no day of the calendar",
        "31/01/2013": "column born holds '31/01/2013', allowed is date: YYYY-MM-DD",
    },
    "at": {
        "2013": "column at holds '2013', allowed is timestamp: YYYY-MM-DDTHH:MM:SSZ",
        "05:00:00": "column at holds '05:00:00', allowed is timestamp",
        "now": "column at holds 'now', allowed is timestamp",
        "2013-02-30T05:00:00Z": "which is no time of the calendar",
        "2013-01-31T05:00:00.1234567Z": "up to microseconds",
    },
}


def test_each_value_that_is_none_of_its_type_is_quarantined_with_the_reason(read: Callable[..., Rows]) -> None:
    source = _source(columns=_source().columns[1:], keys=("whole",))
    names = source.column_names
    wrong = [(name, text, said) for name, texts in BAD_VALUES.items() for text, said in texts.items()]
    lines = [",".join(f'"{text}"' if column == name else "" for column in names) for name, text, _ in wrong]
    content = "\n".join([",".join(names), *lines, "7,,,,"])

    landed = read(source, {"people.csv": content}).frame
    rows = quality.validate(landed, source, references={})
    broken = quarantined(rows, source, HOURS).orderBy("line").collect()

    assert [row["failed_rules"] for row in broken] == [f"{name}_readable" for name, *_ in wrong]
    assert [(row["line"], row["row"]) for row in broken] == list(enumerate(lines, start=2))
    assert [
        (said, row["reason"]) for (*_, said), row in zip(wrong, broken, strict=True) if said not in row["reason"]
    ] == []
    assert {row["file"].rsplit("/", 1)[1] for row in broken} == {"people.csv"}
    assert quality.accepted(rows).collect() == [(7, None, None, None, None)]


@pytest.mark.parametrize(
    ("declared", "content", "message"),
    [
        (Csv(), {"b.csv": "", "a.csv": "Ann,1"}, r"a.csv has no header: .*; file:.*b.csv is empty; land it with a he"),
        (
            JsonLines(),
            {"a.csv": '{"name": "Ann"}\n'},
            r"a.csv: no object has members \['whole'\], they have \['name'\]",
        ),
        (
            Parquet(),
            {"a.csv": "name\n"},
            "a.csv cannot be read as Parquet: .*a.csv is not a Parquet file .*; correct the file",
        ),
    ],
)
def test_every_file_that_cannot_be_read_is_named(
    read: Callable[..., Rows], declared: Any, content: Mapping[str, str], message: str
) -> None:
    source = _source(format=declared, arrival="*.csv")

    with pytest.raises(ContractError, match=message) as raised:
        read(replace(source, columns=source.columns[:2]), content)

    assert str(raised.value).startswith("source people: ")
    assert "\n" not in str(raised.value)


def test_a_text_file_that_no_task_could_hold_is_refused(
    read: Callable[..., Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.spark.landing.files._LARGEST_TEXT", 20)

    with pytest.raises(ContractError, match=r"people.csv has 40 bytes, a text file may have 20, .* land several files"):
        read(_source(), {"people.csv": "x" * 40})


def test_an_empty_file_of_json_lines_has_no_rows(read: Callable[..., Rows]) -> None:
    source = _source(format=JsonLines(), arrival="people.jsonl")

    assert _texts(read(source, {"people.jsonl": ""})) == []


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pa.table({"name": ["Ann"]}), r"people.parquet lacks columns \['whole'\], it has \['name'\]"),
        (pa.table({"name": ["Ann"], "whole": [1]}), "has column whole of type bigint, allowed is int"),
        (
            pa.table({"name": ["Ann"], "whole": pa.array([1], pa.timestamp("ns"))}),
            r"people.parquet cannot be read as Parquet: Illegal Parquet type: INT64 \(TIMESTAMP\(NANOS",
        ),
    ],
)
def test_a_parquet_file_with_other_columns_is_refused(
    read: Callable[..., Rows], tmp_path: Path, table: pa.Table, message: str
) -> None:
    parquet.write_table(table, tmp_path / "people.parquet")
    source = _source(format=Parquet(), arrival="people.parquet")

    with pytest.raises(ContractError, match=message):
        read(replace(source, columns=source.columns[:2]), {})

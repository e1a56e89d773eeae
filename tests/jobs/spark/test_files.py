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
from jobs.spark.files import check_readable, read_landed
from jobs.spark.values import Rows

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
    return Source(name="people", failed_rules_id=9, description="people", keys=("name",), **declared)


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
        landed = read_landed(spark, source, landing=_land(tmp_path, files), partitions=partitions, span=span)
        check_readable(landed.frame)
        return landed

    return land_and_read


def _texts(rows: Rows, *names: str) -> list[tuple[object, ...]]:
    chosen = rows.frame.select(*names) if names else rows.frame.drop("_unreadable")
    return sorted((tuple(row) for row in chosen.collect()), key=str)


HEADER = "name,whole,real,flag,born,at\n"


def test_values_have_the_types_of_the_contract(spark: SparkSession, read: Callable[..., Rows]) -> None:
    at = "2013-01-31T05:00:00Z"
    content = f'{HEADER}Ann, 1 ,1.5,true,2013-01-31,{at}\nBob,830.0,2,false,2013-01-31,{at}\n,"",,-,,\n'

    landed = read(_source(format=Csv(null="-")), {"people.csv": content}).frame
    rows = landed.selectExpr("*", "unix_seconds(at) AS seconds").collect()

    ann, bob, empty = sorted(rows, key=lambda row: row["name"] or "z")
    assert tuple(ann[:5]) == ("Ann", 1, 1.5, True, date(2013, 1, 31))
    assert tuple(bob[:5]) == ("Bob", 830, 2.0, False, date(2013, 1, 31))
    assert ann["seconds"] == datetime(2013, 1, 31, 5, tzinfo=UTC).timestamp()
    assert set(empty) == {None}


@pytest.mark.parametrize(
    ("dialect", "content", "names"),
    [
        (Csv(), b"\xef\xbb\xbfname\nAnn\n", ["Ann"]),
        (Csv(), b'\xef\xbb\xbf"name"\r\n"Ann"\r\n', ["Ann"]),
        (Csv(), b'name\n"Chicago ""O\'Hare"", Illinois"\n', ['Chicago "O\'Hare", Illinois']),
        (Csv(), b'name\n"the ""big one"""\n', ['the "big one"']),
        (Csv(), b'name\n"two\nlines"\nAnn\n', ["Ann", "two\nlines"]),
        (Csv(), b"\nname\nAnn\n\n", ["Ann"]),
        (Csv(), b'name\n"back\\slash"\n', ["back\\slash"]),
        (Csv(quote="'"), b"name\n'Ann''s'\n", ["Ann's"]),
        (Csv(encoding="iso-8859-1"), "name\nJos\u00e9\n".encode("iso-8859-1"), ["Jos\u00e9"]),
        (Csv(encoding="windows-1252"), "name\n\u201cAnn\u201d\n".encode("cp1252"), ["\u201cAnn\u201d"]),
        (Csv(encoding="utf-16"), "name\nJos\u00e9\n".encode("utf-16"), ["Jos\u00e9"]),
        (Csv(encoding="utf-8-sig"), "\ufeffname\nJos\u00e9\n".encode(), ["Jos\u00e9"]),
    ],
)
def test_a_dialect_is_read_as_it_was_written(
    read: Callable[..., Rows], dialect: Csv, content: bytes, names: list[str]
) -> None:
    source = _source(format=dialect)
    rows = read(replace(source, columns=source.columns[:1]), {"people.csv": content})

    assert [row[0] for row in _texts(rows)] == names


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
        "2013-01-31T07/a.csv": "name\nDora\n",
    }

    rows = read(_hourly(), files, Span("2013-01-31T05", "2013-01-31T06"))

    assert _texts(rows) == [("Ann", "2013-01-31T05"), ("Bob", "2013-01-31T05"), ("Carl", "2013-01-31T06")]


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


CSV, JSON = {"format": Csv()}, {"format": JsonLines()}
MISTAKES: Mapping[str, tuple[Mapping[str, Any], bytes | str, str]] = {
    "no header": (CSV, "", "people.csv is empty; land it with a header line"),
    "another delimiter": (CSV, HEADER.replace(",", ";"), r"has a header with the delimiter ';'; declare Csv\(delim"),
    "gzip by another name": (CSV, gzip.compress(HEADER.encode()), "is compressed with gzip; give it the extension .gz"),
    "another name": (CSV, HEADER.replace("whole", "part"), r"lacks columns \['whole'\] and has unknown \['part'\]"),
    "a name twice": (CSV, HEADER.replace("whole", "name"), r"lacks columns \['whole'\] .*, twice \['name'\]"),
    "too few values": (CSV, f"{HEADER}Ann,1\n", "people.csv: a row has not the 6 values of the header: Ann,1;"),
    "a fraction": (CSV, f"{HEADER}Ann,1.5,,,,\n", "people.csv: column whole holds '1.5', allowed is int; correct"),
    "a big number": (CSV, f"{HEADER}Ann,3000000000,,,,\n", "whole holds '3000000000', allowed is int"),
    "other digits": (CSV, f"{HEADER}Ann,\uff11,,,,\n", "whole holds '\uff11', allowed is int"),
    "no boolean": (CSV, f"{HEADER}Ann,,,yes,,\n", "flag holds 'yes', allowed is boolean"),
    "no day of the year": (CSV, f"{HEADER}Ann,,,,2013-02-30,\n", "born holds '2013-02-30', allowed is date"),
    "a year": (CSV, f"{HEADER}Ann,,,,,2013\n", "at holds '2013', allowed is timestamp"),
    "a time of day": (CSV, f"{HEADER}Ann,,,,,05:00:00\n", "at holds '05:00:00', allowed is timestamp"),
    "another encoding": (
        CSV,
        f"{HEADER}Jos\u00e9,,,,,\n".encode("iso-8859-1"),
        "name holds 'Jos\ufffd', which is no text in the encoding that the source declares",
    ),
    "no JSON": (JSON, '{"name": "Ann", "whole": 1, "real": 1, "flag": null, "born": null, "at": null}\nAnn\n', "JSON"),
    "no such member": (JSON, '{"name": "Ann"}\n', r"no object has members \['whole', .*they have \['name'\]"),
    "no number": (
        JSON,
        '{"name": "A", "whole": "x", "real": 1, "flag": 1, "born": 1, "at": 1}',
        "holds 'x'",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_named_with_its_file(read: Callable[..., Rows], case: str) -> None:
    changed, content, message = MISTAKES[case]

    with pytest.raises(ContractError, match=message) as raised:
        read(_source(**changed), {"people.csv": content})

    assert str(raised.value).startswith("source people: ")
    assert "\n" not in str(raised.value).removesuffix("\n")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pa.table({"name": ["Ann"]}), r"people.parquet lacks columns \['whole'\], it has \['name'\]"),
        (pa.table({"name": ["Ann"], "whole": [1]}), "has column whole of type bigint, allowed is int"),
    ],
)
def test_a_parquet_file_with_other_columns_is_refused(
    read: Callable[..., Rows], tmp_path: Path, table: pa.Table, message: str
) -> None:
    parquet.write_table(table, tmp_path / "people.parquet")
    source = _source(format=Parquet(), arrival="people.parquet")

    with pytest.raises(ContractError, match=message):
        read(replace(source, columns=source.columns[:2]), {})

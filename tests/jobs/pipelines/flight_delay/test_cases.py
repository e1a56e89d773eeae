"""Reads files as people send them, each a case of `cases/expected.toml`, which says what must happen to it."""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.partitions import Span
from jobs.contracts.sources import JsonLines, Parquet, Source
from jobs.contracts.tables import Column, ColumnType, ContractError
from jobs.pipelines.flight_delay.pipeline import PIPELINE
from jobs.spark import quality
from jobs.spark.landing.files import Rows, read_landed
from jobs.spark.quarantine import quarantined

CASES = Path(__file__).with_name("cases")
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((CASES / "expected.toml").read_text())
FEBRUARY = Span("2013-02", "2013-02")
#: The files of other formats have the same columns as those of the pipeline.
FORMATS = {"csv": None, "jsonl": JsonLines(), "parquet": Parquet()}


READ = [case for case, each in EXPECTED.items() if each["outcome"] != "refused"]
#: A row of one case is no repetition of a row of another.
CASE = Column(id=99, name="case", type=ColumnType.STRING, description="folder of the file")
Checked = Callable[[str], tuple[list[Row], list[Row]]]


def _source(name: str, extension: str, cases: Iterable[str]) -> Source:
    source = PIPELINE.source(name)
    return replace(
        source,
        format=FORMATS[extension] or source.format,
        arrival=f"{{{','.join(cases)}}}/{source.arrival.replace('.csv', f'.{extension}')}",
    )


def _read(spark: SparkSession, source: Source) -> Rows:
    return read_landed(spark, source, landing=CASES.as_uri(), partitions=PIPELINE.partitions, span=FEBRUARY)


def _kind(case: str) -> tuple[str, str]:
    return EXPECTED[case]["source"], EXPECTED[case].get("format", "csv")


@pytest.fixture(scope="module")
def checked(spark: SparkSession) -> Checked:
    """The accepted rows of a case and those in quarantine; the cases of a source and format are read at once."""
    known = {"airlines": ("carrier", ["UA", "B6"]), "airports": ("faa", ["JFK", "LAX"])}
    references = {
        name: spark.createDataFrame([(key,) for key in keys], f"{column} string").withColumn("failed_rules", F.lit(""))
        for name, (column, keys) in known.items()
    }

    @cache
    def check(name: str, extension: str) -> tuple[list[Row], list[Row]]:
        source = _source(name, extension, [case for case in READ if _kind(case) == (name, extension)])
        folder = F.element_at(F.split("_file", "/"), -len(source.arrival.split("/")))
        frame = _read(spark, source).frame.withColumn("case", folder)
        by_case = replace(source, columns=(*source.columns, CASE), keys=(*source.keys, "case"))
        rows = quality.validate(frame, by_case, references=references, partitions=PIPELINE.partitions)
        return quality.accepted(rows).collect(), quarantined(rows, source, PIPELINE.partitions).collect()

    def rows_of(case: str) -> tuple[list[Row], list[Row]]:
        accepted, broken = check(*_kind(case))
        of_case = sorted((row for row in broken if f"/{case}/" in row["file"]), key=lambda row: int(row["line"]))
        return [row for row in accepted if row["case"] == case], of_case

    return rows_of


@pytest.mark.parametrize("case", [case for case in EXPECTED if case not in READ])
def test_a_file_that_cannot_be_read_stops_with_its_name_and_the_cause(spark: SparkSession, case: str) -> None:
    name, extension = _kind(case)

    with pytest.raises(ContractError) as raised:
        _read(spark, _source(name, extension, [case]))

    message = str(raised.value)
    assert message.startswith(f"source {name}: {(CASES / case).as_uri().replace('///', '/')}/")
    assert EXPECTED[case]["says"] in message


@pytest.mark.parametrize("case", READ)
def test_each_row_is_accepted_or_quarantined_with_its_place(checked: Checked, case: str) -> None:
    expected = EXPECTED[case]
    accepted, broken = checked(case)
    wanted = expected.get("quarantined", [])

    assert (expected["outcome"] == "quarantined") == bool(wanted)
    assert [[row["line"], row["failed_rules"]] for row in broken] == [[line, rules] for line, rules, _ in wanted]
    reasons = [(said, row["reason"]) for (*_, said), row in zip(wanted, broken, strict=True)]
    assert [each for each in reasons if each[0] not in each[1]] == []
    for row in broken:
        file = Path(row["file"].removeprefix("file:"))
        assert file.suffix == ".parquet" or row["row"] in file.read_bytes().decode()
    assert len(accepted) == expected["accepted"]
    for column, values in expected.get("values", {}).items():
        assert sorted(str(row[column]) for row in accepted) == sorted(values)


@pytest.mark.parametrize("case", [case for case, each in EXPECTED.items() if "ignored" in each])
def test_a_column_that_the_contract_does_not_name_is_reported(spark: SparkSession, case: str) -> None:
    assert list(_read(spark, _source(*_kind(case), [case])).ignored) == EXPECTED[case]["ignored"]

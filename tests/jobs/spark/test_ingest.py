from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.partitions import Span
from jobs.contracts.tables import ContractError, Zone
from jobs.spark.ingest import ingest
from tests.jobs.spark.samples import FIRST, SECOND, THIRD, address_of, land, new_job, rows_of

ALL = Span(FIRST, THIRD)
READINGS = f"readings/{THIRD}/a.csv"
HEADER = "meter;read_at;use"
AT = "2013-01-02T12:00:00Z"


def test_partitions_are_published_and_a_second_run_changes_nothing(spark: SparkSession, tmp_path: Path) -> None:
    job, landing = new_job(spark), land(tmp_path, ALL)

    first = {table.table: table for table in ingest(job, span=ALL, landing=landing).tables}
    before = rows_of(job, Zone.RAW, "readings").collect()
    ingest(job, span=Span(SECOND, THIRD), landing=landing)
    after = rows_of(job, Zone.RAW, "readings").collect()

    assert (first["raw.readings"].rows_in, first["raw.readings"].rows_out) == (6, 6)
    assert sorted(map(str, before)) == sorted(map(str, after))


def test_a_delayed_source_is_taken_in_up_to_its_delay(spark: SparkSession, tmp_path: Path) -> None:
    job = new_job(spark)

    ingest(job, span=Span(SECOND, THIRD), landing=land(tmp_path, ALL))

    rows = rows_of(job, Zone.RAW, "outcomes").select("day").distinct().collect()
    assert sorted(row["day"] for row in rows) == [FIRST, SECOND]


def test_columns_that_the_contract_does_not_name_are_reported(spark: SparkSession, tmp_path: Path) -> None:
    tables = ingest(new_job(spark), span=ALL, landing=land(tmp_path, ALL)).tables

    ignored = {table.table: table.ignored_columns for table in tables}
    assert ignored == {"raw.meters": ("street",), "raw.readings": (), "raw.outcomes": ("remark",)}


def test_rows_that_break_rules_are_quarantined_with_their_names(spark: SparkSession, tmp_path: Path) -> None:
    good = [f"a;2013-01-02T{hour}:00:00Z;{hour}" for hour in range(12, 20)]
    rows = [HEADER, *good, good[0], f"z;{AT};1", f"b;{AT};9999", f"b;{AT};much"]
    job = new_job(spark)
    landing = land(tmp_path, ALL, {READINGS: "\n".join(rows) + "\n"}).replace("///", "/")

    tables = ingest(job, span=Span(THIRD, THIRD), landing=landing).tables
    report = next(table for table in tables if table.table == "raw.readings")

    broken = rows_of(job, Zone.QUARANTINE, "readings_rows").orderBy("line").collect()
    assert [tuple(row) for row in broken] == [
        ("unique_key", "another row has the same meter, read_at", f"{landing}/{READINGS}", 10, good[0], THIRD),
        (
            "meter_in_meters",
            "column meter is 'z', which no accepted row of meters has",
            f"{landing}/{READINGS}",
            11,
            f"z;{AT};1",
            THIRD,
        ),
        (
            "use_in_range",
            "column use is '9999.0', allowed is 0 to 1000",
            f"{landing}/{READINGS}",
            12,
            f"b;{AT};9999",
            THIRD,
        ),
        (
            "use_readable",
            "column use holds 'much', allowed is double: a number such as -1.5",
            f"{landing}/{READINGS}",
            13,
            f"b;{AT};much",
            THIRD,
        ),
    ]
    assert (report.rows_in, report.rows_quarantined, report.rows_out) == (13, 4, 9)
    assert report.rules["unique_key"] == 1


BAD_READINGS = {
    "a wrong column": (f"{HEADER.replace('use', 'used')}\n", r"lacks columns \['use'\] and has unknown \['used'\]"),
    "a wrong type": (
        f"{HEADER}\na;{AT};much\n",
        r"1 of 1 rows that break \{'use_readable': 1\}, .*; for example line 2 of .*a.csv: column use holds 'much'",
    ),
    "an empty partition": (
        f"{HEADER}\n",
        f"{THIRD} has no rows, at least 1 are required; land the day again",
    ),
    "too many bad rows": (f"{HEADER}\nz;{AT};1\n", r"1 of 1 rows that break \{'meter_in_meters': 1\}"),
}


@pytest.mark.parametrize("case", BAD_READINGS)
def test_bad_input_stops_the_job_and_leaves_every_table_as_it_was(
    spark: SparkSession, tmp_path: Path, case: str
) -> None:
    text, message = BAD_READINGS[case]
    job, landing = new_job(spark), land(tmp_path, ALL, {READINGS: text})
    (tmp_path / f"readings/{THIRD}/b.csv").unlink()

    with pytest.raises(ContractError, match=message):
        ingest(job, span=ALL, landing=landing)

    assert not spark.catalog.tableExists(address_of(job, Zone.RAW, "meters"))
    assert not spark.catalog.tableExists(address_of(job, Zone.RAW, "readings"))


def test_a_missing_landing_file_is_named(spark: SparkSession, tmp_path: Path) -> None:
    landing = land(tmp_path, ALL)

    with pytest.raises(ContractError, match=r"source readings: no landing file .*/readings/2013-01-04/\*.csv; land it"):
        ingest(new_job(spark), span=Span("2013-01-04", "2013-01-04"), landing=landing)


def test_the_problems_of_all_sources_are_named_at_once(spark: SparkSession, tmp_path: Path) -> None:
    files = {READINGS: f"{HEADER}\nz;{AT};much\n", f"outcomes/{SECOND}.jsonl": "[]"}
    landing = land(tmp_path, ALL, files)
    (tmp_path / f"readings/{THIRD}/b.csv").unlink()
    (tmp_path / "meters/1.parquet").unlink()
    job = new_job(spark)

    with pytest.raises(ContractError) as raised:
        ingest(job, span=Span(THIRD, THIRD), landing=landing)

    for said in ("source meters: no landing file", "source readings: 2013-01-03 has 1 of 1", "source outcomes: file:"):
        assert said in str(raised.value)
    (row,) = rows_of(job, Zone.QUARANTINE, "readings_rows").collect()
    assert (row["failed_rules"], row["line"]) == ("use_readable", 2)

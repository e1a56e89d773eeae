from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.partitions import Span
from jobs.contracts.tables import ContractError, Zone
from jobs.spark.ingest import ingest
from tests.jobs.spark.samples import FLIGHTS_HEADER, MONTHS, address_of, flight, land, new_job, rows_of

FLIGHTS = "flights/month=2013-02/flights.csv"


def test_months_are_published_and_a_second_run_changes_nothing(spark: SparkSession, tmp_path: Path) -> None:
    job, landing = new_job(spark), land(tmp_path)

    first = {table.table: table for table in ingest(job, span=MONTHS, landing=landing).tables}
    before = rows_of(job, Zone.RAW, "flights").collect()
    ingest(job, span=Span("2013-02", "2013-02"), landing=landing)
    after = rows_of(job, Zone.RAW, "flights").collect()

    assert (first["raw.flights"].rows_in, first["raw.flights"].rows_out) == (26, 26)
    assert sorted(map(str, before)) == sorted(map(str, after))


def test_rows_that_break_rules_are_quarantined_with_their_names(spark: SparkSession, tmp_path: Path) -> None:
    good = flight("2013-02", 1, 8, number=2)
    rows = [FLIGHTS_HEADER, good, good, flight("2013-02", 1, 6, carrier="ZZ"), flight("2013-02", 1, 9, delay="9999")]
    others = [flight("2013-02", 2, 10, number=number) for number in range(10, 20)]
    landing = land(tmp_path, {FLIGHTS: "\n".join([*rows, *others]) + "\n"})
    job = new_job(spark)

    tables = ingest(job, span=Span("2013-02", "2013-02"), landing=landing).tables
    report = next(table for table in tables if table.table == "raw.flights")

    broken = rows_of(job, Zone.QUARANTINE, "flights").select("failed_rules").collect()
    assert sorted(row[0] for row in broken) == [
        "carrier_in_airlines",
        "dep_delay_in_range,arr_delay_in_range",
        "unique_key",
    ]
    assert (report.rows_in, report.rows_quarantined, report.rows_out) == (14, 3, 11)
    assert report.rules["unique_key"] == 1


BAD_FLIGHTS = {
    "a wrong column": (FLIGHTS_HEADER.replace("dep_delay", "delay") + "\n", r"lacks columns \['dep_delay'\]"),
    "a missing column": (FLIGHTS_HEADER.replace(",minute", "") + "\n", r"lacks columns \['minute'\]"),
    "a wrong type": (
        f"{FLIGHTS_HEADER}\n{flight('2013-02', 1, 6).replace(',5,', ',soon,')}\n",
        "column dep_delay holds 'soon', allowed is int",
    ),
    "too few values": (f"{FLIGHTS_HEADER}\n2013,1\n", "a row has not the 18 values of the header: 2013,1"),
    "an empty file": ("", "flights.csv is empty; land it with a header line"),
    "an empty month": (f"{FLIGHTS_HEADER}\n", "2013-02 has no rows, at least 1 are required"),
    "too many bad rows": (
        "\n".join([FLIGHTS_HEADER, *(flight("2013-02", 1, 6, number=n, carrier="ZZ") for n in (1, 2, 3))]) + "\n",
        r"3 of 3 rows that break \{'carrier_in_airlines': 3\}",
    ),
}


@pytest.mark.parametrize("case", BAD_FLIGHTS)
def test_bad_input_stops_the_job_and_leaves_every_table_as_it_was(
    spark: SparkSession, tmp_path: Path, case: str
) -> None:
    text, message = BAD_FLIGHTS[case]
    job = new_job(spark)
    landing = land(tmp_path, {FLIGHTS: text})

    with pytest.raises(ContractError, match=message):
        ingest(job, span=MONTHS, landing=landing)

    assert not spark.catalog.tableExists(address_of(job, Zone.RAW, "airlines"))
    assert not spark.catalog.tableExists(address_of(job, Zone.RAW, "flights"))


def test_a_missing_landing_file_is_named(spark: SparkSession, tmp_path: Path) -> None:
    landing = land(tmp_path)

    with pytest.raises(ContractError, match=r"source weather: no landing file .*month=2013-03/weather.csv; land it"):
        ingest(new_job(spark), span=Span("2013-03", "2013-03"), landing=landing)

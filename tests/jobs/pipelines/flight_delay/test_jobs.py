"""Runs the jobs up to the data set on a few flights; each job reads the output of the previous one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.partitions import Span
from jobs.contracts.tables import Zone
from jobs.spark import storage
from jobs.spark.cleanse import cleanse
from jobs.spark.dataset import dataset
from jobs.spark.features import features
from jobs.spark.ingest import ingest
from jobs.spark.job import Job
from jobs.spark.report import JobResult
from tests.jobs.pipelines.flight_delay.landed import FLIGHTS_HEADER, MONTHS, flight, land, new_job
from tests.jobs.spark.samples import rows_of

JANUARY, FEBRUARY = Span("2013-01", "2013-01"), Span("2013-02", "2013-02")


@pytest.fixture(scope="module")
def prepared(spark: SparkSession, warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Job, JobResult]:
    job = new_job(spark)
    ingest(job, span=MONTHS, landing=land(tmp_path_factory.mktemp("landing")))
    cleansed = cleanse(job, span=MONTHS)
    features(job, span=MONTHS, offline_store=f"file:{warehouse}/{job.names.feature_database}")
    return job, cleansed


def test_every_flight_has_one_row_of_history(prepared: tuple[Job, JobResult]) -> None:
    job, _ = prepared
    history = storage.feature_address(job.names, job.pipeline.name, job.pipeline.feature_groups[1])

    assert job.spark.table(history).count() == rows_of(job, Zone.CLEANSED, "flights").count() == 26


def test_treatments_are_counted_by_column(prepared: tuple[Job, JobResult]) -> None:
    counted = {(each.column, each.treatment): each.rows for each in prepared[1].treatments}

    assert counted["wind_gust", "wind speed"] == 60


def test_a_cancelled_flight_is_learnt_from_and_scored_like_any_other(
    prepared: tuple[Job, JobResult], mount_bucket: Callable[[str], Path]
) -> None:
    job, _ = prepared
    mount_bucket("output")

    dataset(job, spans={"train": JANUARY, "test": FEBRUARY, "score": FEBRUARY}, output="s3://output/run-1")

    rows = rows_of(job, Zone.DATASETS, "training").groupBy("split").count().collect()
    assert {row["split"]: row["count"] for row in rows} == {"train": 13, "test": 13, "score": 13}


def test_flights_of_unknown_carriers_and_impossible_delays_are_quarantined(spark: SparkSession, tmp_path: Path) -> None:
    good = flight("2013-02", 1, 8, number=2)
    rows = [FLIGHTS_HEADER, good, good, flight("2013-02", 1, 6, carrier="ZZ"), flight("2013-02", 1, 9, delay="9999")]
    others = [flight("2013-02", 2, 10, number=number) for number in range(10, 20)]
    landing = land(tmp_path, {"flights/month=2013-02/flights.csv": "\n".join([*rows, *others]) + "\n"})
    job = new_job(spark)

    ingest(job, span=FEBRUARY, landing=landing)

    broken = rows_of(job, Zone.QUARANTINE, "flights_rows").select("failed_rules").collect()
    assert sorted(row[0] for row in broken) == [
        "carrier_in_airlines",
        "dep_delay_in_range,arr_delay_in_range",
        "unique_key",
    ]

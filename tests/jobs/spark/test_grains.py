"""Runs the jobs with partitions of hours and weeks, and compares spans in Spark with those of the contract."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from jobs.contracts.partitions import Grain, Partitions, Span
from jobs.contracts.tables import Zone
from jobs.spark.cleanse import cleanse
from jobs.spark.dataset import dataset
from jobs.spark.features import features
from jobs.spark.ingest import ingest
from jobs.spark.spans import is_within, utc_days
from tests.jobs.spark.samples import land, new_job, rows_of

ZONES = ("UTC", "America/New_York", "Asia/Tokyo", "Pacific/Auckland")


@pytest.mark.parametrize(
    ("partitions", "span", "before"),
    [
        (Partitions(grain=Grain.HOUR), Span("2013-01-31T23", "2013-02-01T01"), "2013-02-01T00"),
        # The first week of 2013 begins in 2012.
        (Partitions(grain=Grain.WEEK, time_zone="Asia/Tokyo"), Span("2012-W52", "2013-W02"), "2013-W01"),
    ],
)
def test_jobs_run_with_partitions_of_any_grain(
    spark: SparkSession,
    warehouse: Path,
    tmp_path: Path,
    mount_bucket: Callable[[str], Path],
    *,
    partitions: Partitions,
    span: Span,
    before: str,
) -> None:
    mount_bucket("output")
    job = new_job(spark, partitions=partitions)
    ingest(job, span=span, landing=land(tmp_path, span, partitions=partitions))
    cleanse(job, span=span)
    features(job, span=span, offline_store=f"file:{warehouse}/{job.names.feature_database}")
    train, score = Span(span.first, before), Span(span.last, span.last)

    dataset(job, spans={"train": train, "score": score}, output="s3://output/run-1")

    rows = rows_of(job, Zone.DATASETS, "training").filter("reading_id LIKE 'a %'").orderBy(partitions.column).collect()
    assert [(row["split"], row[partitions.column], row["target"]) for row in rows] == [
        ("train", span.first, 200.0),
        ("train", before, 300.0),
        ("score", span.last, None),
    ]


@pytest.mark.parametrize(
    ("partitions", "span", "days"),
    [
        (Partitions.monthly(), Span("2013-01", "2013-02"), (date(2013, 1, 1), date(2013, 2, 28))),
        (Partitions.monthly("America/New_York"), Span("2013-01", "2013-01"), (date(2013, 1, 1), date(2013, 2, 1))),
        (Partitions.monthly("Asia/Tokyo"), Span("2013-01", "2013-01"), (date(2012, 12, 31), date(2013, 1, 31))),
        (Partitions(grain=Grain.HOUR), Span("2013-01-31T23", "2013-01-31T23"), (date(2013, 1, 31), date(2013, 1, 31))),
    ],
)
def test_a_span_lies_on_the_utc_days_from_its_start_to_its_end(
    partitions: Partitions, span: Span, days: tuple[date, date]
) -> None:
    assert utc_days(partitions, span) == days


GRAINS = st.one_of(
    st.just(Partitions(grain=Grain.HOUR)),
    st.builds(
        Partitions, grain=st.sampled_from([Grain.DAY, Grain.WEEK, Grain.MONTH]), time_zone=st.sampled_from(ZONES)
    ),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    GRAINS,
    st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 60),
)
def test_a_filter_of_spark_finds_the_partitions_of_a_span(
    spark: SparkSession, partitions: Partitions, start: datetime, length: int
) -> None:
    first = partitions.containing(start)
    span = Span(first, partitions.shift(first, length))
    around = partitions.range(partitions.shift(span.first, -60), partitions.shift(span.last, 60))
    frame = spark.createDataFrame([(name,) for name in around], f"{partitions.column} string")

    found = frame.filter(is_within(partitions, span)).collect()

    assert [row[0] for row in found] == list(partitions.range(span.first, span.last))

"""Corrections of landed data: what they change in features and data sets, and what they must not change."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.contracts.partitions import Span
from jobs.contracts.tables import ContractError, Zone
from jobs.spark import storage
from jobs.spark.cleanse import cleanse
from jobs.spark.dataset import dataset
from jobs.spark.features import features
from jobs.spark.ingest import ingest
from jobs.spark.job import Job
from tests.jobs.spark.samples import (
    DAYS,
    FIRST,
    FOURTH,
    SECOND,
    THIRD,
    MeterTransforms,
    compact,
    land,
    new_job,
    rows_of,
)

ALL = Span(FIRST, FOURTH)
#: The reading of meter `a` on the first day, with another use than the samples have.
CORRECTED = {f"readings/{FIRST}/a.csv": "meter;read_at;use\na;2012-12-31T11:10:00Z;500\n"}
IN_TIME, LATER = datetime(2013, 1, 4, 11, tzinfo=UTC), datetime(2013, 2, 1, tzinfo=UTC)


@pytest.fixture
def store(warehouse: Path, mount_bucket: Callable[[str], Path]) -> Callable[[Job], str]:
    mount_bucket("output")
    return lambda job: f"file:{warehouse}/{job.names.feature_database}"


def _load(job: Job, folder: Path, span: Span = ALL, files: Mapping[str, str] | None = None) -> None:
    ingest(job, span=span, landing=land(folder, ALL, files))
    cleanse(job, span=span)


def _records(job: Job) -> list[tuple[Any, ...]]:
    """Event day, value, whether it was written by the later run, and whether it is a tombstone, of meter `a`."""
    (group,) = job.pipeline.feature_groups
    rows = storage.read(job.spark, storage.feature_address(job.names, job.pipeline.name, group)).filter("meter = 'a'")
    ordered = rows.orderBy("event_time", "write_time").collect()
    later = LATER.replace(tzinfo=None)
    return [
        (row["event_time"][:10], row["use_yesterday"], row["write_time"] >= later, row["is_deleted"]) for row in ordered
    ]


def _trained(job: Job, spans: Mapping[str, Span]) -> dict[str, float | None]:
    dataset(job, spans=spans, output="s3://output/run")
    rows = rows_of(job, Zone.DATASETS, "training").filter("reading_id like 'a %'")
    return {row["day"]: row["use_yesterday"] for row in rows.collect()}


def test_a_correction_changes_the_features_of_the_days_after_it_or_the_data_set_is_refused(
    spark: SparkSession, tmp_path: Path, store: Callable[[Job], str]
) -> None:
    job, splits = new_job(spark), {"train": Span(FIRST, SECOND), "test": Span(THIRD, THIRD)}
    _load(job, tmp_path)
    features(job, span=ALL, offline_store=store(job))
    assert _trained(job, splits) == {FIRST: None, SECOND: 1.0, THIRD: 2.0}

    _load(job, tmp_path, Span(FIRST, FIRST), CORRECTED)
    with pytest.raises(
        ContractError,
        match=r"table cleansed.readings: days 2012-12-31 to 2013-01-01 changed after feature group meter_days was "
        "computed from them; run the DAG meters_data, or only its job features, with first=2013-01-01 and last=2013",
    ):
        dataset(job, spans=splits, output="s3://output/refused")
    features(job, span=Span(FIRST, FIRST), offline_store=store(job))
    compact(spark, job.address(job.pipeline.cleansed[0]))

    assert _trained(job, splits) == {FIRST: None, SECOND: 500.0, THIRD: 2.0}
    assert [row[:2] for row in _records(job)] == [
        ("2012-12-31", None),
        ("2013-01-01", 500.0),
        ("2013-01-02", 2.0),
        ("2013-01-03", 3.0),
    ]


def test_a_change_after_the_last_day_of_a_data_set_does_not_stop_it(
    spark: SparkSession, tmp_path: Path, store: Callable[[Job], str]
) -> None:
    """The next run of the data DAG may be at work while a data set is made of the last one."""
    job = new_job(spark)
    _load(job, tmp_path)
    features(job, span=Span(FIRST, THIRD), offline_store=store(job))
    cleanse(job, span=Span(FOURTH, FOURTH))

    assert _trained(job, {"train": Span(FIRST, SECOND)}) == {FIRST: None, SECOND: 1.0}
    with pytest.raises(ContractError, match="days 2013-01-03 to 2013-01-04 changed after"):
        dataset(job, spans={"score": Span(FOURTH, FOURTH)}, output="s3://output/refused")


def test_features_of_spans_in_a_row_are_those_of_one_span(
    spark: SparkSession, tmp_path: Path, store: Callable[[Job], str]
) -> None:
    whole, parts = new_job(spark), new_job(spark)
    _load(whole, tmp_path)
    features(whole, span=ALL, offline_store=store(whole))
    for name in DAYS.range(FIRST, FOURTH):
        _load(parts, tmp_path, Span(name, name))
        features(parts, span=Span(name, name), offline_store=store(parts))

    assert _records(parts) == _records(whole)
    assert _trained(parts, {"score": ALL}) == _trained(whole, {"score": ALL})


class _WithoutMeterA(MeterTransforms):
    def features(self, cleansed: Any, /, **days: Any) -> dict[str, DataFrame]:
        return {name: frame.filter("meter != 'a'") for name, frame in super().features(cleansed, **days).items()}


def test_a_live_correction_is_a_new_version_that_earlier_rows_do_not_see(
    spark: SparkSession, tmp_path: Path, store: Callable[[Job], str]
) -> None:
    """The first two days are past their due time in February; a run that repeats the correction changes nothing."""
    base = new_job(spark)
    schedule = replace(base.pipeline.schedule, start=date(2013, 1, 1))
    job = replace(base, pipeline=replace(base.pipeline, schedule=schedule))
    _load(job, tmp_path)
    features(job, span=ALL, offline_store=store(job), now=IN_TIME)
    features(job, span=ALL, offline_store=store(job), now=IN_TIME)
    before = _records(job)
    assert [row[1] for row in before] == [None, 1.0, 2.0, 3.0]

    _load(job, tmp_path, Span(FIRST, FIRST), CORRECTED)
    for _ in range(2):
        features(job, span=Span(FIRST, FIRST), offline_store=store(job), now=LATER)
        assert _records(job) == [*before[:2], ("2013-01-01", 500.0, True, False), *before[2:]]
    assert _trained(job, {"score": ALL}) == {FIRST: None, SECOND: 1.0, THIRD: 2.0, FOURTH: 3.0}

    deleting = replace(job, transforms=_WithoutMeterA(DAYS))
    for _ in range(2):
        features(deleting, span=ALL, offline_store=store(job), now=LATER.replace(day=2))
        assert [row[0] for row in _records(job) if row[3]] == ["2012-12-31", "2013-01-01", "2013-01-02", "2013-01-03"]
    assert [row for row in _records(job) if not row[3]] == [
        *before[:2],
        ("2013-01-01", 500.0, True, False),
        *before[2:],
    ]
    assert _trained(job, {"score": ALL}) == {FIRST: None, SECOND: 1.0, THIRD: 2.0, FOURTH: 3.0}


def test_records_within_due_time_are_replaced(spark: SparkSession, tmp_path: Path, store: Callable[[Job], str]) -> None:
    base = new_job(spark)
    schedule = replace(base.pipeline.schedule, start=date(2013, 1, 1))
    job = replace(base, pipeline=replace(base.pipeline, schedule=schedule))
    _load(job, tmp_path)
    features(job, span=ALL, offline_store=store(job), now=IN_TIME.replace(hour=9))
    _load(job, tmp_path, Span(FIRST, FIRST), CORRECTED)
    features(job, span=Span(FIRST, FIRST), offline_store=store(job), now=IN_TIME.replace(hour=10))

    assert [row[1] for row in _records(job)] == [None, 500.0, 2.0, 3.0]

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.contracts.features import FeatureGroup
from jobs.contracts.partitions import Grain, Partitions
from jobs.contracts.schedule import Schedule
from jobs.contracts.tables import Column, ColumnType
from jobs.contracts.timeliness import due, live_since
from jobs.spark.point_in_time import due_time, join_as_of, known_from
from tests.sample_pipelines import sample_pipeline

GROUP = FeatureGroup(
    name="state",
    description="state of a place",
    record_identifier=Column(name="place", type=ColumnType.STRING, description="place"),
    features=(Column(name="wind", type=ColumnType.DOUBLE, description="wind"),),
    look_back_days=1,
)
OFFLINE = (
    "place string, event_time string, wind double, write_time timestamp, api_invocation_time timestamp, "
    "is_deleted boolean"
)
#: Live from 2026; a day's records are due at the end of the second day after it.
LIVE = sample_pipeline()
EARLY, LATE = datetime(2013, 1, 1), datetime(2013, 1, 2)


def _wind(spark: SparkSession, *records: tuple[object, ...]) -> float | None:
    rows = spark.createDataFrame([("A", datetime(2013, 1, 1, 12))], "place string, requested timestamp")
    offline = spark.createDataFrame(list(records), OFFLINE)
    joined = join_as_of(rows, offline, GROUP, moment="requested", known=known_from(LIVE)).collect()
    assert len(joined) == 1
    assert joined[0].asDict().keys() == {"place", "requested", "wind"}
    wind: float | None = joined[0]["wind"]
    return wind


def test_the_newest_record_before_the_moment_is_found_and_none_after_it(spark: SparkSession) -> None:
    records = [
        ("A", "2013-01-01T10:00:00Z", 1.0, EARLY, EARLY, False),
        ("A", "2013-01-01T11:59:59Z", 2.0, EARLY, EARLY, False),
        ("A", "2013-01-01T12:00:01Z", 3.0, EARLY, EARLY, False),
        ("B", "2013-01-01T12:00:00Z", 4.0, EARLY, EARLY, False),
    ]

    assert _wind(spark, *records) == 2.0


def test_a_record_of_the_very_moment_is_known(spark: SparkSession) -> None:
    assert _wind(spark, ("A", "2013-01-01T12:00:00Z", 7.0, EARLY, EARLY, False)) == 7.0


def test_of_two_versions_the_later_invocation_counts_even_when_written_first(spark: SparkSession) -> None:
    versions = [
        ("A", "2013-01-01T10:00:00Z", 1.0, LATE, EARLY, False),
        ("A", "2013-01-01T10:00:00Z", 2.0, EARLY, LATE, False),
    ]

    assert _wind(spark, *versions) == 2.0


def test_a_deleted_record_hides_older_ones(spark: SparkSession) -> None:
    records = [
        ("A", "2013-01-01T10:00:00Z", 1.0, EARLY, EARLY, False),
        ("A", "2013-01-01T11:00:00Z", 2.0, EARLY, EARLY, True),
    ]

    assert _wind(spark, *records) is None


def test_a_key_without_history_keeps_its_row(spark: SparkSession) -> None:
    assert _wind(spark, ("B", "2013-01-01T10:00:00Z", 1.0, EARLY, EARLY, False)) is None


def test_a_record_older_than_the_group_looks_back_gives_nothing(spark: SparkSession) -> None:
    assert _wind(spark, ("A", "2012-12-31T12:00:00Z", 1.0, EARLY, EARLY, False)) == 1.0
    assert _wind(spark, ("A", "2012-12-31T11:59:59Z", 1.0, EARLY, EARLY, False)) is None


@pytest.mark.parametrize(
    ("grain", "zone"),
    [
        (Grain.HOUR, "UTC"),
        (Grain.DAY, "America/New_York"),
        (Grain.WEEK, "Pacific/Auckland"),
        (Grain.MONTH, "Europe/Madrid"),
    ],
)
def test_due_times_in_spark_are_those_of_the_contract(spark: SparkSession, grain: Grain, zone: str) -> None:
    """Instants of a year, also around both changes of clocks."""
    schedule = Schedule(data="0 4 * * *", start=datetime(2026, 1, 1).date(), lag=2, reload=2)
    pipeline = replace(LIVE, partitions=Partitions(grain=grain, time_zone=zone), schedule=schedule)
    instants = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=7 * step, seconds=1) for step in range(1300)]
    rows = spark.createDataFrame([(instant,) for instant in instants], "at timestamp")

    found = rows.select(F.unix_seconds(due_time(pipeline, F.col("at")))).collect()

    assert [row[0] for row in found] == [int(due(pipeline, instant).timestamp()) for instant in instants]


class _Record(NamedTuple):
    hour: int
    """Hours from the start of the schedule to the event time."""
    written: int
    """Hours from the start of the schedule to the time of writing."""
    wind: float
    deleted: bool = False


_START = live_since(LIVE) or datetime.min
_ROW_HOURS = (10, 60, 110, 160)
_GROUP = replace(GROUP, look_back_days=3)


def _at(hours: int) -> datetime:
    return _START + timedelta(hours=hours)


def _joined(spark: SparkSession, variants: list[list[_Record]]) -> list[list[float | None]]:
    """The values of the rows at `_ROW_HOURS`, for each list of records; all are joined at once."""
    offline = [
        (
            f"{number}",
            f"{_at(each.hour):%Y-%m-%dT%H:%M:%SZ}",
            each.wind,
            _at(each.written),
            _at(each.written),
            each.deleted,
        )
        for number, records in enumerate(variants)
        for each in records
    ]
    rows = [(f"{number}", _at(hour)) for number in range(len(variants)) for hour in _ROW_HOURS]
    requests = spark.createDataFrame(rows, "place string, requested timestamp")
    records = spark.createDataFrame(offline, OFFLINE)
    found = join_as_of(requests, records, _GROUP, moment="requested", known=known_from(LIVE)).orderBy("requested")
    values: dict[str, list[float | None]] = {f"{number}": [] for number in range(len(variants))}
    for row in found.collect():
        values[row["place"]].append(row["wind"])
    return list(values.values())


def _expected(records: list[_Record], hour: int) -> float | None:
    """The rule in Python: the latest version of the newest record that was known, if it is recent."""
    known = [
        each for each in records if each.hour <= hour and (each.hour < 0 or _is_timely(each) or each.written <= hour)
    ]
    newest = max(known, key=lambda each: (each.hour, each.written), default=None)
    is_given = newest is not None and newest.hour >= hour - 72 and not newest.deleted
    return newest.wind if newest and is_given else None


def _is_timely(record: _Record) -> bool:
    return _at(record.written) <= due(LIVE, _at(record.hour))


#: Records with a version each, so that no two have the same event time and time of writing.
_RECORDS = st.lists(
    st.builds(
        _Record,
        hour=st.integers(-50, 170),
        written=st.integers(0, 400),
        wind=st.floats(0, 9),
        deleted=st.booleans(),
    ),
    max_size=12,
    unique_by=(lambda each: each.hour),
)
_FEW = settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@_FEW
@given(variants=st.lists(_RECORDS, min_size=5, max_size=10))
def test_rows_get_what_the_rule_says(spark: SparkSession, variants: list[list[_Record]]) -> None:
    assert _joined(spark, variants) == [[_expected(records, hour) for hour in _ROW_HOURS] for records in variants]


@_FEW
@given(records=_RECORDS, seed=st.integers(0, 1000), row=st.integers(0, 3), wind=st.floats(10, 20))
def test_earlier_rows_do_not_depend_on_the_future_on_repetitions_or_on_order(
    spark: SparkSession, records: list[_Record], seed: int, row: int, wind: float
) -> None:
    """What happens after a row, or is written after it and past due, leaves it as it is."""
    hour, chance = _ROW_HOURS[row], random.Random(seed)
    late = 24 * 30
    future = [each._replace(wind=wind, deleted=not each.deleted) if each.hour > hour else each for each in records]
    backfilled = [_Record(past, late, wind) for past in range(0, hour + 1, 7)]
    corrected = [each._replace(written=late, wind=wind) for each in records if each.hour >= 0]
    withdrawn = [each._replace(deleted=True) for each in corrected]
    variants = [
        records,
        chance.sample(records, len(records)),
        [*records, *records],
        chance.sample(future, len(future)),
        [each for each in records if each.hour <= hour],
        [*records, *backfilled],
        [*records, *corrected],
        [*records, *withdrawn],
    ]

    values = [of_rows[: row + 1] for of_rows in _joined(spark, variants)]

    assert values == [values[0]] * len(variants)


def test_a_correction_reaches_the_rows_after_it(spark: SparkSession) -> None:
    """Written 100 hours after the start, when the record of the second day has been due for four hours."""
    written, corrected = _Record(47, 50, 1.0), _Record(47, 100, 2.0)

    assert _joined(spark, [[written, corrected], [corrected]]) == [[None, 1.0, 2.0, None], [None, None, 2.0, None]]

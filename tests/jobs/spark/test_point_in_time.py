from datetime import datetime

from pyspark.sql import SparkSession

from jobs.contracts.features import FeatureGroup
from jobs.contracts.tables import Column, ColumnType
from jobs.spark.point_in_time import join_as_of

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
EARLY, LATE = datetime(2013, 1, 1), datetime(2013, 1, 2)


def _wind(spark: SparkSession, *records: tuple[object, ...]) -> float | None:
    rows = spark.createDataFrame([("A", datetime(2013, 1, 1, 12))], "place string, requested timestamp")
    joined = join_as_of(rows, spark.createDataFrame(list(records), OFFLINE), GROUP, moment="requested").collect()
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

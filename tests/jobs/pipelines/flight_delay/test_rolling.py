from datetime import UTC, datetime

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.pipelines.flight_delay.transforms.rolling import Frame, mean, rolling, slot_after, slot_before

FRAMES = {"last_two": Frame("count", 2), "ever": Frame("count")}


def test_a_request_sums_the_events_of_its_slots(spark: SparkSession) -> None:
    events = spark.createDataFrame(
        [("A", 1, 1), ("A", 2, 10), ("A", 2, 20), ("A", 9, 500), ("B", 2, 7)], "k string, slot long, count long"
    )
    requested = spark.createDataFrame([("A", 3), ("A", 3), ("A", 5), ("C", 3)], "k string, slot long")

    rows = rolling(events, requested, key=("k",), frames=FRAMES).collect()

    sums = {(row["k"], row["slot"]): (row["last_two"], row["ever"]) for row in rows}
    assert len(rows) == len(sums)
    assert sums["A", 3] == (30, 31)
    assert sums["A", 5] == (0, 31)
    assert sums["C", 3] == (0, 0)


def test_an_event_belongs_to_the_next_slot_and_a_request_to_the_one_before(spark: SparkSession) -> None:
    minutes = {"at": 0, "just after": 1, "just before": 29}
    rows = spark.createDataFrame(
        [(name, datetime(2013, 1, 1, 10, minute, tzinfo=UTC)) for name, minute in minutes.items()],
        "name string, instant timestamp",
    )

    slots = rows.select("name", (slot_after(F.col("instant")) - slot_before(F.col("instant"))).alias("gap")).collect()

    assert {row["name"]: row["gap"] for row in slots} == {"at": 0, "just after": 1, "just before": 1}


def test_a_mean_of_nothing_is_absent(spark: SparkSession) -> None:
    rows = spark.createDataFrame([(6, 3), (0, 0)], "total long, count long").select(
        mean("total", "count").alias("mean")
    )

    assert [row["mean"] for row in rows.collect()] == [2.0, None]

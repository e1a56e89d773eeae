"""The transforms that the generator writes for files of different kinds."""

import importlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from generator.create import create_pipeline
from generator.profile import Options
from jobs.contracts.partitions import Span
from jobs.contracts.pipeline import Pipeline, load_pipeline
from jobs.spark.landing.files import read_landed
from jobs.spark.landing.values import LANDED, UNREADABLE
from tests.generator.files import hourly_rentals, machine_states, shop_visits, write_csv
from tests.jobs.pipeline_check.folders import pipelines_at

EVER = {"first_day": date(2000, 1, 1), "last_day": date(2100, 1, 1)}


@contextmanager
def generated(tmp_path: Path, options: Options) -> Iterator[tuple[Pipeline, Any]]:
    create_pipeline("new", options, tmp_path)
    with pipelines_at(tmp_path / "jobs" / "pipelines"):
        yield load_pipeline("new"), importlib.import_module("jobs.pipelines.new.transforms")


def landed(spark: SparkSession, folder: Path, pipeline: Pipeline, partition: str) -> dict[str, DataFrame]:
    (source,) = pipeline.sources
    files = importlib.import_module("jobs.pipelines.new.landing").landing_files(partition, partition)
    write_bytes(folder, files)
    rows = read_landed(
        spark,
        source,
        landing=str(folder / pipeline.name),
        partitions=pipeline.partitions,
        span=Span(partition, partition),
    )
    assert rows.frame.filter(F.col(UNREADABLE) != "").isEmpty()
    return {source.name: rows.frame.drop(*LANDED)}


def write_bytes(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    for key, content in files:
        (folder / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / key).write_bytes(content)


def rows_of(frame: DataFrame) -> list[dict[str, Any]]:
    return [row.asDict() for row in frame.withColumn("prediction_time", F.unix_seconds("prediction_time")).collect()]


def test_hourly_numbers(spark: SparkSession, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "in" / "rentals.csv", hourly_rentals())
    with generated(tmp_path, Options(path=path, target="count", time="hour")) as (pipeline, transforms):
        cleansed = transforms.cleanse(landed(spark, tmp_path, pipeline, "2025-03-04"))
        rows = rows_of(cleansed["rentals"])
        features = transforms.features(cleansed, **EVER)["features"].orderBy("event_time").collect()
    assert len(rows) == len(features) == 24
    assert rows[5]["row_id"] == "2025-03-04 05:00:00"
    assert rows[5]["prediction_time"] == 1741064400
    assert rows[5]["count"] >= 25
    assert all(isinstance(row["temperature"], float | None) for row in rows)
    assert [row["hour_of_day"] for row in features] == [float(hour) for hour in range(24)]
    assert features[5]["event_time"] == "2025-03-04T05:00:00Z"


def test_classes_of_a_latin_file_with_decimal_commas(spark: SparkSession, tmp_path: Path) -> None:
    visits = shop_visits()
    visits[1] = [*visits[1][:2], "", *visits[1][3:]]
    path = write_csv(tmp_path / "in" / "visits.csv", visits, delimiter=";", encoding="iso-8859-1")
    options = Options(path=path, target="Gekauft", time="Datum", exclude=("Umsatz",))
    with generated(tmp_path, options) as (pipeline, transforms):
        assert pipeline.partitions.grain == "week"
        cleansed = transforms.cleanse(landed(spark, tmp_path, pipeline, "2025-W02"))["visits"]
        rows = rows_of(cleansed)
    assert len(rows) == 21
    assert rows[0]["kunden_id"] == "K00000"
    assert rows[0]["stadt"] == "unknown"
    assert rows[0]["treatments"] == ["stadt: absent, now unknown"]
    assert {row["stadt"] for row in rows[1:]} == {"Köln", "München", "Berlin"}
    assert rows[0]["verweildauer"] == float(visits[1][3].replace(",", "."))
    assert [row["gekauft"] for row in rows] == [int(visit[5] == "ja") for visit in visits[1:22]]


def test_several_classes_with_times_that_name_their_zone(spark: SparkSession, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "in" / "machines.csv", machine_states())
    with generated(tmp_path, Options(path=path, target="state", time="at")) as (pipeline, transforms):
        partition = pipeline.schedule.newest(pipeline.partitions, datetime.now(UTC))
        cleansed = transforms.cleanse(landed(spark, tmp_path, pipeline, partition))
        rows = rows_of(cleansed["machines"])
        spine = transforms.spine(cleansed)
        assert spine.columns == ["row_id", pipeline.partitions.column, "prediction_time", "state"]
        start = pipeline.partitions.start(partition).timestamp()
        assert min(row["prediction_time"] for row in rows) == start
    assert rows[0]["row_id"].startswith("a_2025-")
    assert {row["state"] for row in rows} == {"idle", "running", "failing"}

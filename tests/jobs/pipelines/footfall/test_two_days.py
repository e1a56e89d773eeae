"""Two runs on real data, one day after the other: the counts of a day arrive with the run of the next one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.contracts.names import LakeNames
from jobs.contracts.partitions import Span
from jobs.contracts.tables import Zone
from jobs.pipelines.footfall.landing import landing_files
from jobs.pipelines.footfall.pipeline import PIPELINE
from jobs.spark import storage
from jobs.spark.cleanse import cleanse
from jobs.spark.dataset import dataset
from jobs.spark.features import features
from jobs.spark.ingest import ingest
from jobs.spark.job import Job
from jobs.spark.transforms import load_transforms

#: Daylight saving ends in the night after the second day.
FIRST_RUN, SECOND_RUN = Span("2025-04-04", "2025-04-05"), Span("2025-04-06", "2025-04-06")


def _run(job: Job, span: Span, folder: Path, warehouse: Path) -> None:
    for key, content in landing_files(span.first, span.last):
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    ingest(job, span=span, landing=f"{folder}/{PIPELINE.name}")
    cleanse(job, span=span)
    features(job, span=span, offline_store=f"file:{warehouse}/{job.names.feature_database}")


def _counted(job: Job) -> dict[str, int]:
    """The hours of each day that have a count, of 21 counters with 24 hours."""
    (hours,) = job.pipeline.cleansed
    rows = storage.read(job.spark, job.address(hours)).groupBy("day").agg(F.count("pedestrians").alias("counted"))
    return {row["day"]: row["counted"] for row in rows.collect()}


@pytest.fixture(scope="module")
def job(spark: SparkSession, warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Job:
    names = LakeNames("footfall", "111111111111", "us-east-1")
    transforms, folder = load_transforms(PIPELINE.name), tmp_path_factory.mktemp("landing")
    job = Job(spark=spark, pipeline=PIPELINE, transforms=transforms, names=names, run_id="run-1")
    _run(job, FIRST_RUN, folder, warehouse)
    assert _counted(job) == {"2025-04-04": 504, "2025-04-05": 0}
    _run(job, SECOND_RUN, folder, warehouse)
    return job


def test_the_next_run_brings_the_counts_of_the_day_before(job: Job) -> None:
    assert _counted(job) == {"2025-04-04": 504, "2025-04-05": 504, "2025-04-06": 0}


def test_each_day_has_its_features_once(job: Job) -> None:
    for group, keys in zip(PIPELINE.feature_groups, (21, 504), strict=True):
        rows = storage.read(job.spark, storage.feature_address(job.names, PIPELINE.name, group))
        counts = {row["event_time"]: row["count"] for row in rows.groupBy("event_time").count().collect()}
        # 06:00 in Auckland, which is one hour later in UTC when daylight saving has ended.
        assert counts == dict.fromkeys(("2025-04-03T17:00:00Z", "2025-04-04T17:00:00Z", "2025-04-05T18:00:00Z"), keys)


def test_the_day_that_begins_is_predicted_from_the_day_before(job: Job, mount_bucket: Callable[[str], Path]) -> None:
    mount_bucket("output")
    newest, labelled = Span("2025-04-06", "2025-04-06"), Span("2025-04-05", "2025-04-05")
    dataset(job, spans={"test": labelled, "score": newest}, output="s3://output/run-1")

    rows = storage.read(job.spark, job.address(PIPELINE.dataset)).filter(
        "sensor = '45 Queen Street' and hour_of_day = 17"
    )
    labels = {row["split"]: (row["pedestrians"], row["count_yesterday"]) for row in rows.collect()}
    assert labels["score"] == (None, labels["test"][0])
    assert labels["test"][0] > 0
    assert PIPELINE.dataset.zone is Zone.DATASETS

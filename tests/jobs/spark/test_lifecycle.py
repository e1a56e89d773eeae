"""Runs the jobs in order on a few flights; each job reads the output of the previous one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.contracts.partitions import Span
from jobs.contracts.tables import ContractError, Zone
from jobs.spark import storage
from jobs.spark.cleanse import cleanse
from jobs.spark.dataset import dataset
from jobs.spark.dataset import main as dataset_main
from jobs.spark.features import features, offline_store
from jobs.spark.ingest import ingest
from jobs.spark.job import Job
from jobs.spark.publish import publish
from tests.jobs.spark.samples import MONTHS, land, new_job, rows_of

JANUARY, FEBRUARY = Span("2013-01", "2013-01"), Span("2013-02", "2013-02")
SPLITS = {"train": JANUARY, "test": FEBRUARY, "score": FEBRUARY}
BUCKET = "output"


@pytest.fixture(scope="module")
def prepared(spark: SparkSession, warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Job, str]:
    job = new_job(spark)
    store = f"file:{warehouse}/{job.names.feature_database}"
    ingest(job, span=MONTHS, landing=land(tmp_path_factory.mktemp("landing")))
    cleanse(job, span=MONTHS)
    features(job, span=MONTHS, offline_store=store)
    return job, store


@pytest.fixture
def bucket(mount_bucket: Callable[[str], Path]) -> Path:
    return mount_bucket(BUCKET)


def _document(bucket: Path, key: str) -> Any:
    return json.loads((bucket / key).read_text())


def _transformed(folder: Path, lines: list[str]) -> str:
    folder.mkdir()
    (folder / "part.out").write_text("\n".join(lines))
    return folder.as_uri()


def test_offline_tables_are_created_where_sagemaker_keeps_them(spark: SparkSession) -> None:
    job = new_job(spark)

    assert offline_store(job) == f"s3://{job.names.bucket(Zone.FEATURES)}/{job.pipeline.name}/offline-store"


def test_a_data_set_job_must_be_given_the_folder_from_which_training_reads(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ["--environment=dev", "--account=1", "--region=us-east-1", "--pipeline=flight_delay", "--run-id=r"]
    monkeypatch.setattr("sys.argv", ["dataset", *common, "--score=2013-01:2013-01"])

    with pytest.raises(SystemExit, match="2"):
        dataset_main()

    assert "the following arguments are required: --output" in capsys.readouterr().err


def test_a_group_has_one_row_per_record_and_a_second_run_replaces_it(prepared: tuple[Job, str]) -> None:
    job, store = prepared
    history = storage.feature_address(job.names, job.pipeline.name, job.pipeline.feature_groups[1])
    before = job.spark.table(history).drop("write_time", "api_invocation_time").orderBy("flight_id").collect()

    features(job, span=Span("2013-01", "2013-01"), offline_store=store)

    after = job.spark.table(history).drop("write_time", "api_invocation_time").orderBy("flight_id").collect()
    assert len(before) == rows_of(job, Zone.CLEANSED, "flights").count() == 26
    assert before == after


def test_a_data_set_lists_the_files_of_its_snapshot(prepared: tuple[Job, str], bucket: Path) -> None:
    job, _ = prepared

    dataset(job, spans=SPLITS, output=f"s3://{BUCKET}/run-1")

    summary = _document(bucket, "run-1/dataset.json")
    folder, *files = _document(bucket, "run-1/train.manifest")
    rows = job.spark.read.parquet(*(folder["prefix"] + file for file in files))
    assert summary["rows"] == {"train": 12, "test": 12, "score": 13}
    assert rows.count() == 12
    assert rows.filter("is_late is null").count() == 0
    assert set(summary["features"]) <= set(rows.columns)
    assert len(summary["snapshots"]) == 5


def test_a_month_without_rows_is_named_before_anything_is_written(prepared: tuple[Job, str], bucket: Path) -> None:
    job, _ = prepared

    with pytest.raises(ContractError, match=r"months \['2013-03'\] of split test have too few rows with a"):
        dataset(job, spans={**SPLITS, "test": Span("2013-03", "2013-03")}, output=f"s3://{BUCKET}/run-2")

    assert list(bucket.iterdir()) == []


def test_predictions_are_published_whole_or_not_at_all(prepared: tuple[Job, str], bucket: Path, tmp_path: Path) -> None:
    job, _ = prepared
    dataset(job, spans=SPLITS, output=f"s3://{BUCKET}/run-1")
    scored = rows_of(job, Zone.DATASETS, "training").filter(F.col("split") == "score").select("flight_id").collect()
    line = {"probability": 0.4, "predicted_late": True, "threshold": 0.3, "model_version": "7", "run_id": "run-1"}
    lines = [json.dumps({"flight_id": row["flight_id"], **line}) for row in scored]
    publish(job, partition="2013-02", predictions=_transformed(tmp_path / "whole", lines))
    for folder, received, message in (
        ("fewer", lines[1:], "received 12 rows, the data set has 13 to score"),
        ("repeated", [*lines[1:], lines[1]], "rows break {'unique_key': 1}"),
        ("impossible", [*lines[1:], lines[0].replace("0.4", "1.4")], "rows break {'probability_in_range': 1}"),
    ):
        with pytest.raises(ContractError, match=message):
            publish(job, partition="2013-02", predictions=_transformed(tmp_path / folder, received))

    published = rows_of(job, Zone.PREDICTIONS, "flights").collect()
    assert len(published) == 13
    assert {(row["month"], row["model_version"], row["run_id"]) for row in published} == {("2013-02", "7", "run-1")}


def test_predictions_that_are_not_there_are_named(prepared: tuple[Job, str], tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"no file at .*; run the job that writes it first"):
        publish(prepared[0], partition="2013-02", predictions=(tmp_path / "none").as_uri())


def test_cleansing_a_month_that_was_not_ingested_is_refused(prepared: tuple[Job, str]) -> None:
    with pytest.raises(ContractError, match=r"cleansed.flights: 2013-05 has 0 rows, at least 1 are required"):
        cleanse(prepared[0], span=Span("2013-05", "2013-05"))

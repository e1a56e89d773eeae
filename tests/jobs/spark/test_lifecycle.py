"""Runs the jobs in order on a few readings; each job reads the output of the previous one."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, DataFrameWriterV2, SparkSession
from pyspark.sql import functions as F

from jobs.contracts.partitions import Span
from jobs.contracts.tables import ContractError, Zone
from jobs.contracts.training import TRAINING_DATA_DAYS
from jobs.spark import storage
from jobs.spark.cleanse import cleanse
from jobs.spark.dataset import dataset
from jobs.spark.dataset import main as dataset_main
from jobs.spark.features import features, offline_store
from jobs.spark.ingest import ingest
from jobs.spark.job import Job
from jobs.spark.point_in_time import join_as_of
from jobs.spark.publish import publish
from tests.jobs.spark.samples import (
    DAYS,
    FIRST,
    FOURTH,
    SECOND,
    THIRD,
    MeterTransforms,
    expire_snapshots,
    land,
    new_job,
    rows_of,
)

ALL = Span(FIRST, FOURTH)
SPLITS = {"train": Span(FIRST, FIRST), "validation": Span(SECOND, SECOND), "test": Span(THIRD, THIRD)}
SCORE = {"score": Span(FOURTH, FOURTH)}
BUCKET = "output"


@pytest.fixture(scope="module")
def prepared(spark: SparkSession, warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Job, str]:
    job = new_job(spark)
    store = f"file:{warehouse}/{job.names.feature_database}"
    ingest(job, span=ALL, landing=land(tmp_path_factory.mktemp("landing"), ALL))
    cleanse(job, span=ALL)
    features(job, span=ALL, offline_store=store)
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


def _feature_rows(job: Job) -> list[dict[str, Any]]:
    (group,) = job.pipeline.feature_groups
    rows = job.spark.table(storage.feature_address(job.names, job.pipeline.name, group))
    chosen = rows.select("meter", "event_time", "use_yesterday", "tariff").orderBy("meter", "event_time")
    return [row.asDict() for row in chosen.collect()]


def test_offline_tables_are_created_where_sagemaker_keeps_them(spark: SparkSession) -> None:
    job = new_job(spark)

    assert offline_store(job) == f"s3://{job.names.bucket(Zone.FEATURES)}/meters/offline-store"


def test_a_data_set_job_must_be_given_the_folder_from_which_training_reads(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ["--environment=dev", "--account=1", "--region=us-east-1", "--pipeline=meters", "--run-id=r"]
    monkeypatch.setattr("sys.argv", ["dataset", *common, "--score=2013-01-01:2013-01-01"])

    with pytest.raises(SystemExit, match="2"):
        dataset_main()

    assert "the following arguments are required: --output" in capsys.readouterr().err


def test_a_group_has_one_row_per_record_and_a_second_run_replaces_it(prepared: tuple[Job, str]) -> None:
    """Local midnight in Auckland is 11:00 UTC of the day before."""
    job, store = prepared
    before = _feature_rows(job)

    features(job, span=Span(SECOND, SECOND), offline_store=store)

    assert [row["event_time"] for row in before[:4]] == [
        "2012-12-31T11:10:00Z",
        "2013-01-01T11:10:00Z",
        "2013-01-02T11:10:00Z",
        "2013-01-03T11:10:00Z",
    ]
    assert [row["use_yesterday"] for row in before] == [None, 1.0, 2.0, 3.0, None, 10.0, 20.0, 30.0]
    assert _feature_rows(job) == before


def test_a_delayed_outcome_reaches_the_partition_to_which_it_belongs(spark: SparkSession, tmp_path: Path) -> None:
    job, landing = new_job(spark), land(tmp_path, Span(FIRST, THIRD))
    known = {}
    for span in (Span(FIRST, SECOND), Span(THIRD, THIRD)):
        ingest(job, span=span, landing=landing)
        cleanse(job, span=span)
        rows = rows_of(job, Zone.CLEANSED, "readings").filter("meter = 'a'").collect()
        known[span.last] = {row["day"]: row["target"] for row in rows}

    assert known == {SECOND: {FIRST: 200.0, SECOND: None}, THIRD: {FIRST: 200.0, SECOND: 300.0, THIRD: None}}


def test_a_data_set_lists_the_files_of_its_snapshot(prepared: tuple[Job, str], bucket: Path) -> None:
    job, _ = prepared

    dataset(job, spans=SPLITS, output=f"s3://{BUCKET}/run-1")

    summary = _document(bucket, "run-1/dataset.json")
    folder, *files = _document(bucket, "run-1/train.manifest")
    rows = job.spark.read.parquet(*(folder["prefix"] + file for file in files)).collect()
    assert summary["rows"] == {"train": 2, "validation": 2, "test": 2}
    assert summary["partitions"] == {split: [span.first, span.last] for split, span in SPLITS.items()}
    assert summary["features"] == ["tariff", "use_yesterday"]
    assert len(summary["snapshots"]) == 3
    assert sorted((row["reading_id"], row["target"], row["tariff"]) for row in rows) == [
        (f"a {FIRST}", 200.0, "day"),
        (f"b {FIRST}", 200.0, "night"),
    ]


def test_a_scoring_run_and_a_training_run_keep_the_rows_of_each_other(prepared: tuple[Job, str], bucket: Path) -> None:
    job, _ = prepared
    dataset(job, spans=SPLITS, output=f"s3://{BUCKET}/training")

    dataset(job, spans=SCORE, output=f"s3://{BUCKET}/scoring")

    counts = rows_of(job, Zone.DATASETS, "training").groupBy("split", "day").count().collect()
    assert sorted(tuple(row) for row in counts) == [
        ("score", FOURTH, 2),
        ("test", THIRD, 2),
        ("train", FIRST, 2),
        ("validation", SECOND, 2),
    ]
    assert sorted(path.name for path in (bucket / "scoring").glob("[a-z]*")) == ["dataset.json", "score.manifest"]


@pytest.mark.parametrize(
    ("spans", "message"),
    [
        ({}, "splits: received none; allowed is at least one of"),
        ({**SPLITS, "test": Span(SECOND, THIRD)}, "validation must end before test begins"),
        (
            {**SPLITS, "test": Span(THIRD, FOURTH)},
            r"days \['2013-01-04'\] of split test have too few rows with a target, at least 1 are required",
        ),
        ({"score": Span("2013-01-05", "2013-01-05")}, r"days \['2013-01-05'\] of split score have too few rows, at"),
    ],
)
def test_impossible_splits_are_refused_before_anything_is_written(
    prepared: tuple[Job, str], bucket: Path, spans: dict[str, Span], message: str
) -> None:
    with pytest.raises(ContractError, match=message):
        dataset(prepared[0], spans=spans, output=f"s3://{BUCKET}/run-2")

    assert list(bucket.iterdir()) == []


class _EarlyTransforms(MeterTransforms):
    def spine(self, cleansed: Any, /) -> DataFrame:
        return super().spine(cleansed).withColumn("prediction_time", F.expr("prediction_time - interval 12 hours"))


def test_a_prediction_time_on_a_day_without_features_is_refused(prepared: tuple[Job, str]) -> None:
    job = replace(prepared[0], transforms=_EarlyTransforms(DAYS))

    with pytest.raises(
        ContractError,
        match=r"rows of 2013-01-04 with prediction_time 2013-01-02 23:10:00\+00:00, allowed are the UTC days "
        "2013-01-03 to 2013-01-04",
    ):
        dataset(job, spans=SCORE, output=f"s3://{BUCKET}/run-3")


def test_predictions_are_published_whole_or_not_at_all(prepared: tuple[Job, str], bucket: Path, tmp_path: Path) -> None:
    job, _ = prepared
    dataset(job, spans=SCORE, output=f"s3://{BUCKET}/run-1")
    line = {"predicted": 7.5, "model_version": "7", "run_id": "run-1"}
    lines = [json.dumps({"reading_id": f"{meter} {FOURTH}", **line}) for meter in ("a", "b")]
    described = f"s3://{BUCKET}/run-1/dataset.json"
    publish(job, partition=FOURTH, predictions=_transformed(tmp_path / "whole", lines), dataset=described)
    for folder, received, message in (
        ("fewer", lines[1:], r"of 2 rows to score, 1 missing, for example \['a 2013-01-04'\]; repeat the batch"),
        (
            "others",
            [*lines[1:], lines[0].replace("a 2013", "c 2013")],
            r"1 missing, for example \['a 2013-01-04'\]; 1 unexpected, for example \['c 2013-01-04'\]; repeat",
        ),
        ("repeated", [*lines, lines[1]], r"{'unique_key': 1} of 3, for example \['b 2013-01-04'\], allowed is none"),
        ("absent", [*lines[1:], lines[0].replace("7.5", "null")], "rows break {'predicted_not_null': 1}"),
    ):
        with pytest.raises(ContractError, match=message):
            publish(job, partition=FOURTH, predictions=_transformed(tmp_path / folder, received), dataset=described)

    published = rows_of(job, Zone.PREDICTIONS, "readings").collect()
    assert {(row["day"], row["predicted"], row["model_version"]) for row in published} == {(FOURTH, 7.5, "7")}


def test_an_older_run_is_published_after_a_newer_one(prepared: tuple[Job, str], bucket: Path, tmp_path: Path) -> None:
    """The table has the rows of the newer run by then; those of the older one are in its snapshot."""
    job, _ = prepared
    dataset(job, spans={"score": Span(THIRD, THIRD)}, output=f"s3://{BUCKET}/older")
    dataset(job, spans=SCORE, output=f"s3://{BUCKET}/newer")
    line = {"predicted": 7.5, "model_version": "7", "run_id": "older"}
    predictions = _transformed(
        tmp_path / "older", [json.dumps({"reading_id": f"{meter} {THIRD}", **line}) for meter in ("a", "b")]
    )

    result = publish(job, partition=THIRD, predictions=predictions, dataset=f"s3://{BUCKET}/older/dataset.json")

    assert result.tables[0].rows_out == 2
    with pytest.raises(ContractError, match=r"of 0 rows to score, 2 unexpected"):
        publish(job, partition=THIRD, predictions=predictions, dataset=f"s3://{BUCKET}/newer/dataset.json")


def test_predictions_that_are_not_there_are_named(prepared: tuple[Job, str], bucket: Path, tmp_path: Path) -> None:
    job, _ = prepared
    dataset(job, spans=SCORE, output=f"s3://{BUCKET}/run-6")

    with pytest.raises(ContractError, match=r"no file at .*; run the job that writes it first"):
        publish(
            job,
            partition=FOURTH,
            predictions=(tmp_path / "none").as_uri(),
            dataset=f"s3://{BUCKET}/run-6/dataset.json",
        )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"no object at s3://output/run-7/dataset.json; run the job that writes it first"),
        ("{", r"object s3://output/run-7/dataset.json is no JSON: .*; run the job that writes it again"),
        ("{}", r"names no snapshot of table lake.mlops_m\d+_meters_datasets.training; allowed is dataset.json of the"),
        ("SNAPSHOT", r"training has no snapshot 7, which has expired; repeat the run"),
    ],
)
def test_a_data_set_that_cannot_be_read_is_named(
    prepared: tuple[Job, str], bucket: Path, tmp_path: Path, content: str | None, message: str
) -> None:
    job, _ = prepared
    dataset(job, spans=SCORE, output=f"s3://{BUCKET}/run-8")
    if content is not None:
        (bucket / "run-7").mkdir()
        known = json.dumps({"snapshots": {job.address(job.pipeline.dataset): 7}})
        (bucket / "run-7" / "dataset.json").write_text(content.replace("SNAPSHOT", known))

    with pytest.raises(ContractError, match=message):
        publish(
            job,
            partition=FOURTH,
            predictions=tmp_path.as_uri(),
            dataset=f"s3://{BUCKET}/run-7/dataset.json",
        )


def test_cleansing_a_partition_that_was_not_ingested_is_refused(prepared: tuple[Job, str]) -> None:
    with pytest.raises(ContractError, match=r"cleansed.readings: 2013-01-08 has 0 rows, at least 1 are required"):
        cleanse(prepared[0], span=Span("2013-01-08", "2013-01-09"))


class _StrayTransforms(MeterTransforms):
    def cleanse(self, raw: Any, /) -> dict[str, DataFrame]:
        return {"readings": super().cleanse(raw)["readings"].withColumn("day", F.lit("2012-01-01"))}


class _OddTransforms(MeterTransforms):
    def cleanse(self, raw: Any, /) -> dict[str, DataFrame]:
        return {"readings": super().cleanse(raw)["readings"].withColumn("treatments", F.array(F.lit("limited")))}


@pytest.mark.parametrize(
    ("transforms", "message"),
    [
        (_StrayTransforms, r"cleanse returned rows of day \['2012-01-01'\], allowed are 2013-01-01 to 2013-01-02"),
        (_OddTransforms, r"treatments \['limited'\]; allowed is 'column: treatment'"),
    ],
)
def test_rows_that_cannot_be_replaced_or_counted_are_refused(
    prepared: tuple[Job, str], transforms: type[MeterTransforms], message: str
) -> None:
    with pytest.raises(ContractError, match=message):
        cleanse(replace(prepared[0], transforms=transforms(DAYS)), span=Span(SECOND, SECOND))


class _TwiceTransforms(MeterTransforms):
    """Returns every row twice from one of its functions."""

    def __init__(self, function: str) -> None:
        super().__init__(DAYS)
        self._function = function

    def cleanse(self, raw: Any, /) -> dict[str, DataFrame]:
        return {"readings": self._twice("cleanse", super().cleanse(raw)["readings"])}

    def features(self, cleansed: Any, /, **days: Any) -> dict[str, DataFrame]:
        return {"meter_days": self._twice("features", super().features(cleansed, **days)["meter_days"])}

    def spine(self, cleansed: Any, /) -> DataFrame:
        return self._twice("spine", super().spine(cleansed))

    def _twice(self, function: str, frame: DataFrame) -> DataFrame:
        return frame.union(frame) if function == self._function else frame


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (
            "cleanse",
            r"table cleansed.readings: 8 rows share 4 values of the key \['reading_id'\], for example "
            r'{"reading_id":"a 2013-01-01"}, allowed is one row for each; correct cleanse in the transforms of meters',
        ),
        (
            "features",
            r"feature group meter_days: \d+ rows share \d+ values of the key \['meter', 'event_time'\], for example "
            r'{"meter":"a","event_time":".*Z"}, allowed is one row for each; correct features in the transforms of',
        ),
        (
            "spine",
            r"table datasets.training: 4 rows share 2 values of the key \['split', 'reading_id'\], for example "
            '{"split":"score","reading_id":"a 2013-01-04"}, allowed is one row for each; correct spine',
        ),
    ],
)
def test_repeated_keys_are_refused_before_anything_is_written(
    prepared: tuple[Job, str], bucket: Path, function: str, message: str
) -> None:
    job, store = replace(prepared[0], transforms=_TwiceTransforms(function)), prepared[1]
    run: dict[str, Callable[[], object]] = {
        "cleanse": lambda: cleanse(job, span=Span(SECOND, SECOND)),
        "features": lambda: features(job, span=Span(SECOND, SECOND), offline_store=store),
        "spine": lambda: dataset(job, spans=SCORE, output=f"s3://{BUCKET}/run-4"),
    }

    with pytest.raises(ContractError, match=message):
        run[function]()

    assert list(bucket.iterdir()) == []


def test_a_data_set_is_that_of_its_own_commit_also_when_another_run_follows(
    prepared: tuple[Job, str], bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, _ = prepared
    write = DataFrameWriterV2.overwrite

    def overwrite(self: DataFrameWriterV2, condition: Any) -> None:
        write(self, condition)
        monkeypatch.undo()
        dataset(job, spans={"train": Span(FIRST, SECOND)}, output=f"s3://{BUCKET}/other")

    monkeypatch.setattr(DataFrameWriterV2, "overwrite", overwrite)

    result = dataset(job, spans=SPLITS, output=f"s3://{BUCKET}/own")

    folder, *files = _document(bucket, "own/train.manifest")
    (written,) = result.tables
    assert written.rows_out == 6
    assert job.spark.read.parquet(*(folder["prefix"] + file for file in files)).count() == 2
    assert _document(bucket, "other/dataset.json")["rows"] == {"train": 4}
    assert written.snapshot_id in _document(bucket, "own/dataset.json")["snapshots"].values()


def test_files_with_other_rows_than_were_counted_are_refused(
    prepared: tuple[Job, str], bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, _ = prepared
    lose = lambda rows, *_, **__: rows.limit(1).withColumns({"use_yesterday": F.lit(0.0), "tariff": F.lit("day")})  # noqa: E731
    monkeypatch.setattr("jobs.spark.dataset.join_as_of", lose)

    with pytest.raises(ContractError, match=r"hold {'score': 1} rows by split, the run counted {'score': 2}; repeat"):
        dataset(job, spans=SCORE, output=f"s3://{BUCKET}/run-5")

    assert list(bucket.iterdir()) == []


def test_the_data_set_of_a_training_run_outlives_its_snapshot(
    spark: SparkSession, prepared: tuple[Job, str], bucket: Path
) -> None:
    """The files of both runs are unreferenced after the next run; only those of the training run stay."""
    runs = {"trained": {"train": Span(FIRST, SECOND)}, "scored": SCORE, "next": {"train": Span(FIRST, FIRST), **SCORE}}
    for run_id, spans in runs.items():
        dataset(replace(prepared[0], run_id=run_id), spans=spans, output=f"s3://{BUCKET}/{run_id}")
    dataset(replace(prepared[0], run_id="trained"), spans=runs["trained"], output=f"s3://{BUCKET}/trained")
    dataset(replace(prepared[0], run_id="next"), spans=runs["next"], output=f"s3://{BUCKET}/next")

    address = prepared[0].address(prepared[0].pipeline.dataset)
    expire_snapshots(spark, address)

    tags = {row["name"]: row for row in storage.read(spark, f"{address}.refs").filter("type = 'TAG'").collect()}
    assert {"run-trained", "run-next"} <= set(tags)
    assert tags["run-trained"]["max_reference_age_in_ms"] == TRAINING_DATA_DAYS * 24 * 3600 * 1000
    described = _document(bucket, "trained/dataset.json")["snapshots"][address]
    assert tags["run-trained"]["snapshot_id"] == described
    folder, *files = _document(bucket, "trained/train.manifest")
    assert spark.read.parquet(*(folder["prefix"] + file for file in files)).count() == 4
    folder, *files = _document(bucket, "scored/score.manifest")
    assert not any(Path(folder["prefix"].removeprefix("file:") + file).exists() for file in files)


def test_a_data_set_reads_the_records_that_its_rows_can_get_and_no_others(
    prepared: tuple[Job, str], bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third day in Auckland begins on the second day in UTC, from which the group looks back a day."""
    (group,) = prepared[0].pipeline.feature_groups
    pipeline = replace(prepared[0].pipeline, feature_groups=(replace(group, look_back_days=1),))
    read: list[str] = []

    def recorded(rows: DataFrame, offline: DataFrame, *arguments: Any, **options: Any) -> DataFrame:
        read.extend(sorted(row["event_time"][:10] for row in offline.select("event_time").distinct().collect()))
        return join_as_of(rows, offline, *arguments, **options)

    monkeypatch.setattr("jobs.spark.dataset.join_as_of", recorded)

    dataset(replace(prepared[0], pipeline=pipeline), spans={"score": Span(THIRD, THIRD)}, output=f"s3://{BUCKET}/run-9")

    assert read == ["2013-01-01", "2013-01-02", "2013-01-03"]
    rows = rows_of(prepared[0], Zone.DATASETS, "training").filter("split = 'score'").collect()
    assert sorted(row["use_yesterday"] for row in rows) == [2.0, 20.0]

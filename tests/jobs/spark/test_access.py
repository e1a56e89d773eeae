"""Runs each job and compares the zones that it accesses with the contract from which its role is built."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from jobs.contracts.access import ACCESS, SPARK_JOBS, Access, Folder
from jobs.contracts.partitions import Span
from jobs.contracts.tables import Zone
from jobs.spark import job, manifests, publish, storage
from jobs.spark.cleanse import cleanse
from jobs.spark.dataset import dataset
from jobs.spark.features import features
from jobs.spark.ingest import ingest
from jobs.spark.landing import files, json_files
from tests.jobs.spark.samples import FIRST, SECOND, THIRD, land, new_job

ALL = Span(FIRST, THIRD)
SPLITS = {"train": Span(FIRST, FIRST), "test": Span(SECOND, SECOND), "score": Span(THIRD, THIRD)}


class AccessRecorder:
    """Records the zones and folders that Spark jobs read and write."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reads: set[Zone] = set()
        self.writes: set[Zone] = set()
        self.read_folders: set[Folder] = set()
        self.written_folders: set[Folder] = set()
        for module, name, record in (
            (storage, "read", lambda args: self.reads.add(_zone(args[1]))),
            (storage, "create_table", lambda args: self.writes.add(_zone(args[1]))),
            (storage, "create_feature_table", lambda args: self.writes.add(_zone(args[1]))),
            (storage, "overwrite", lambda args: self.writes.add(_zone(args[1]))),
            (files, "read_landed", lambda _: self.reads.add(Zone.LANDING)),
            (json_files, "read_json_lines", lambda _: self.reads.add(Zone.PREDICTIONS)),
            (manifests, "write_json", lambda _: self.written_folders.add(Folder.DATASETS)),
            (publish, "read_json", lambda _: self.read_folders.add(Folder.DATASETS)),
        ):
            monkeypatch.setattr(module, name, _recording(getattr(module, name), record))

    def take(self) -> Access:
        """The access since the last call; every job also writes its report."""
        access = Access(
            reads=tuple(zone for zone in Zone if zone in self.reads - self.writes),
            writes=tuple(zone for zone in Zone if zone in self.writes),
            reads_folders=tuple(self.read_folders),
            writes_folders=(Folder.REPORTS, *self.written_folders),
        )
        self.reads, self.writes, self.read_folders, self.written_folders = set(), set(), set(), set()
        return access


def _recording(original: Callable[..., Any], record: Callable[[tuple[Any, ...]], None]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        record(args)
        return original(*args, **kwargs)

    return call


def _zone(address: str) -> Zone:
    database = address.split(".")[1]
    return Zone.FEATURES if database.endswith("_feature_store") else Zone(database.rsplit("_", 1)[1])


def test_jobs_touch_exactly_what_their_contract_says(
    spark: SparkSession,
    warehouse: Path,
    tmp_path: Path,
    mount_bucket: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mount_bucket("artifacts")
    work, recorder = new_job(spark), AccessRecorder(monkeypatch)
    observed: dict[str, Access] = {}

    ingest(work, span=ALL, landing=land(tmp_path / "landing", ALL))
    observed["ingest"] = recorder.take()
    cleanse(work, span=ALL)
    observed["cleanse"] = recorder.take()
    features(work, span=ALL, offline_store=f"file:{warehouse}/{work.names.feature_database}")
    observed["features"] = recorder.take()
    dataset(work, spans=SPLITS, output="s3://artifacts/datasets/run-1")
    observed["dataset"] = recorder.take()
    predictions = tmp_path / "predictions"
    predictions.mkdir()
    prediction = {"predicted": 7.5, "model_version": "7", "run_id": "run-1"}
    lines = [json.dumps({"reading_id": f"{meter} {THIRD}", **prediction}) for meter in ("a", "b")]
    (predictions / "part.out").write_text("\n".join(lines))
    described = "s3://artifacts/datasets/run-1/dataset.json"
    publish.publish(work, partition=THIRD, predictions=predictions.as_uri(), dataset=described)
    observed["publish"] = recorder.take()

    # Which jobs read sensitive columns is declared; the tables that a job reads do not show it.
    assert observed == {module: replace(ACCESS[kind], sensitive=False) for module, kind in SPARK_JOBS.items()}


def test_the_report_that_every_job_leaves_is_where_the_contract_says() -> None:
    source = Path(job.__file__).read_text()

    assert "names.uri(Zone.ARTIFACTS, Folder.REPORTS" in source
    assert all(Folder.REPORTS in ACCESS[kind].writes_folders for kind in SPARK_JOBS.values())

"""Jobs that are killed between two writes: repeated, they leave what an undisturbed run leaves."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrameWriterV2, SparkSession

from jobs.contracts.partitions import Span
from jobs.contracts.tables import Table
from jobs.spark import manifests, storage
from jobs.spark.cleanse import cleanse
from jobs.spark.dataset import dataset
from jobs.spark.features import features
from jobs.spark.ingest import ingest
from jobs.spark.job import Job
from tests.jobs.spark.samples import FIRST, FOURTH, SECOND, THIRD, land, new_job

ALL = Span(FIRST, FOURTH)
SPLITS = {"train": Span(FIRST, FIRST), "validation": Span(SECOND, SECOND), "test": Span(THIRD, THIRD)}


class _KilledError(BaseException):
    """What a job does not handle, as little as it handles the loss of its machine."""


def _kill_after(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, calls: int) -> None:
    """End the job when it has called a function so many times."""
    original, made = getattr(owner, name), []

    def call(*args: Any, **kwargs: Any) -> None:
        original(*args, **kwargs)
        made.append(name)
        if len(made) == calls:
            raise _KilledError

    monkeypatch.setattr(owner, name, call)


def _steps(job: Job, landing: str, warehouse: Path) -> list[Callable[[], object]]:
    store = f"file:{warehouse}/{job.names.feature_database}"
    return [
        partial(ingest, job, span=ALL, landing=landing),
        partial(cleanse, job, span=ALL),
        partial(features, job, span=ALL, offline_store=store),
        partial(dataset, job, spans=SPLITS, output=f"s3://output/{job.run_id}"),
    ]


def _content(job: Job) -> dict[str, list[str]]:
    """All rows of all tables, without the times of writing."""
    (group,) = job.pipeline.feature_groups
    tables: list[Table] = [*job.pipeline.sources, *job.pipeline.cleansed, job.pipeline.dataset]
    addresses = {f"{table.zone}.{table.name}": job.address(table) for table in tables}
    addresses["features"] = storage.feature_address(job.names, job.pipeline.name, group)
    return {
        name: sorted(
            json.dumps(row.asDict(), default=str)
            for row in storage.read(job.spark, address).drop("write_time", "api_invocation_time").collect()
        )
        for name, address in addresses.items()
    }


def test_a_job_that_was_killed_between_its_writes_is_repeated(
    spark: SparkSession,
    warehouse: Path,
    tmp_path: Path,
    mount_bucket: Callable[[str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ingest after the second of its six commits, features after their commit, the data set at two places."""
    bucket, landing = mount_bucket("output"), land(tmp_path, ALL)
    whole, killed = new_job(spark, "whole"), new_job(spark, "killed")
    for step in _steps(whole, landing, warehouse):
        step()
    places: list[list[tuple[Any, str, int]]] = [
        [(DataFrameWriterV2, "overwrite", 2)],
        [],
        [(DataFrameWriterV2, "overwrite", 1)],
        [(DataFrameWriterV2, "overwrite", 1), (manifests, "write_json", 2)],
    ]
    for step, kills in zip(_steps(killed, landing, warehouse), places, strict=True):
        for owner, name, calls in kills:
            with monkeypatch.context() as patch:
                _kill_after(patch, owner, name, calls)
                with pytest.raises(_KilledError):
                    step()
            assert not (bucket / "killed" / "dataset.json").exists(), "it marks the data set as complete"
        step()

    assert _content(killed) == _content(whole)
    described = [json.loads((bucket / run / "dataset.json").read_text()) for run in ("whole", "killed")]
    assert described[0]["rows"] == described[1]["rows"] == {"train": 2, "validation": 2, "test": 2}

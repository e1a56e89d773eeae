import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# xgboost reads this when it is imported; with several test processes, more threads make small fits slower.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import boto3
import mlflow
import pytest
from moto import mock_aws

from jobs.contracts.metrics import Problem
from jobs.contracts.model import ModelSpec
from jobs.contracts.pipeline import Pipeline
from jobs.training.container import Container
from jobs.training.problems import strategy_of
from jobs.training.problems.strategy import Strategy
from tests.sample_pipelines import sample_pipeline

from .runs import SNAPSHOTS
from .samples import make_table, write_channel


@pytest.fixture
def problem() -> Problem:
    """Tests of all problems replace it with a parameter."""
    return Problem.BINARY


@pytest.fixture
def pipeline(problem: Problem) -> Pipeline:
    return sample_pipeline(problem=problem)


@pytest.fixture
def specification(pipeline: Pipeline) -> ModelSpec:
    return pipeline.model


@pytest.fixture
def strategy(pipeline: Pipeline) -> Strategy:
    return strategy_of(pipeline)


@pytest.fixture
def folder(tmp_path: Path, specification: ModelSpec) -> Container:
    channels = (("train", 2000, "2013-01"), ("validation", 800, "2013-02"), ("test", 1200, "2013-03"))
    for seed, (name, rows, month) in enumerate(channels):
        write_channel(tmp_path / "ml", name, make_table(specification, rows, month=month, seed=seed))
    return Container(tmp_path / "ml")


@pytest.fixture(scope="session")
def store_uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An MLflow store in a SQLite file, created once because its schema takes seconds."""
    return f"sqlite:///{tmp_path_factory.mktemp('mlflow')}/mlflow.db"


@pytest.fixture
def environ(store_uri: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The variables of a training request, with a separate experiment and model for each test."""
    name = request.node.name.replace("[", "-").replace("]", "")
    mlflow.set_tracking_uri(store_uri)
    mlflow.create_experiment(name, artifact_location=(tmp_path / "artifacts").as_uri())
    yield {
        "MLFLOW_TRACKING_URI": store_uri,
        "MLFLOW_EXPERIMENT_NAME": name,
        "PLATFORM_PIPELINE": "meters",
        "PLATFORM_RUN_ID": "run-1",
        "PLATFORM_TUNING_JOB": "tune-1",
        "PLATFORM_DATASET_URI": "s3://lake/datasets/run-1/dataset.json",
        "PLATFORM_MODEL_NAME": f"model-{name}",
        "PLATFORM_EVALUATION_URI": "s3://lake/evaluations/run-1/evaluation.json",
        "PLATFORM_CODE_URI": "s3://lake/code/abc.zip",
        "PLATFORM_IMAGE": "123456789012.dkr.ecr.us-east-1.amazonaws.com/training:abc",
    }
    while mlflow.active_run():
        mlflow.end_run()


@pytest.fixture
def lake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of an in-memory S3 that contains the description of a data set."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"ACCESS_KEY_ID": "key", "SECRET_ACCESS_KEY": "secret", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="lake")
        body = json.dumps({"snapshots": SNAPSHOTS, "partitions": {"test": ["2013-03", "2013-04"]}})
        client.put_object(Bucket="lake", Key="datasets/run-1/dataset.json", Body=body)
        yield client

import os
from collections.abc import Iterator
from pathlib import Path

# xgboost reads this when it is imported; with several test processes, more threads make small fits slower.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import mlflow
import pytest

from jobs.contracts.metrics import Problem
from jobs.contracts.model import ModelSpec
from jobs.contracts.pipeline import Pipeline
from jobs.training.container import Container
from jobs.training.problems import strategy_of
from jobs.training.problems.strategy import Strategy
from tests.sample_pipelines import sample_pipeline

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
    }
    while mlflow.active_run():
        mlflow.end_run()

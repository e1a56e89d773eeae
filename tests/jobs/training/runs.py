"""Jobs of a training run as the DAG starts them."""

import json
from typing import Any

import mlflow

from jobs.contracts.pipeline import Pipeline
from jobs.contracts.training import CHAMPION
from jobs.training.container import Container
from jobs.training.final import run_final
from jobs.training.settings import FinalSettings
from jobs.training.trial import run_trial

SNAPSHOTS = {"lake.datasets.training": 42}
STRONG, WEAK = {"n_estimators": "60", "learning_rate": "0.3"}, {"n_estimators": "1", "max_depth": "1"}


def evaluation_of(lake: Any) -> dict[str, Any]:
    body = lake.get_object(Bucket="lake", Key="evaluations/run-1/evaluation.json")["Body"].read()
    document: dict[str, Any] = json.loads(body)
    return document


def trial(pipeline: Pipeline, folder: Container, environ: dict[str, str], parameters: dict[str, str]) -> None:
    path = folder.root / "input" / "config" / "hyperparameters.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(parameters))
    run_trial(pipeline, folder, FinalSettings.from_environment(environ))


def final(pipeline: Pipeline, folder: Container, environ: dict[str, str]) -> None:
    run_final(pipeline, folder, FinalSettings.from_environment(environ))


def promote(environ: dict[str, str], version: str) -> None:
    """What the DAG does with a model that is to become the champion."""
    mlflow.MlflowClient().set_registered_model_alias(environ["PLATFORM_MODEL_NAME"], CHAMPION, version)


def champion_version(environ: dict[str, str]) -> str:
    client = mlflow.MlflowClient()
    return str(client.get_model_version_by_alias(environ["PLATFORM_MODEL_NAME"], CHAMPION).version)

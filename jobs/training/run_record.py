"""What a final run shows in MLflow: nested trials, data sets, description, and the page of the model."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import mlflow
from mlflow.data.dataset_source_registry import resolve_dataset_source
from mlflow.data.meta_dataset import MetaDataset
from mlflow.tracking import MlflowClient
from mlflow.utils.mlflow_tags import (
    MLFLOW_DOCKER_IMAGE_URI,
    MLFLOW_PARENT_RUN_ID,
    MLFLOW_RUN_NOTE,
    MLFLOW_SOURCE_NAME,
    MLFLOW_SOURCE_TYPE,
)

from jobs.contracts.pipeline import Pipeline
from jobs.reporting.model_page import model_page
from jobs.training import descriptions
from jobs.training.settings import FinalSettings
from jobs.training.tracking import Trial

Document = Mapping[str, Any]


def tags(settings: FinalSettings) -> dict[str, str]:
    """The origin of the run's model: the code of this job, the code of the data set, and the data set."""
    return {
        MLFLOW_SOURCE_TYPE: "JOB",
        MLFLOW_SOURCE_NAME: f"jobs.training.final in {settings.training_image}",
        MLFLOW_DOCKER_IMAGE_URI: settings.training_image,
        "platform.code_uri": settings.code_uri,
        "platform.dataset_uri": settings.dataset_uri,
    }


def nest(trials: Sequence[Trial], searched: Sequence[str], run_id: str) -> None:
    """Number the trials in order of start, name them by their parameters, and put them below the final run."""
    client = MlflowClient()
    for position, trial in enumerate(sorted(trials, key=lambda each: each.started), 1):
        client.set_tag(trial.run_id, MLFLOW_PARENT_RUN_ID, run_id)
        client.update_run(trial.run_id, name=descriptions.trial_name(position, trial.parameters, searched))


def log_inputs(dataset: Document, pipeline: Pipeline, uri: str) -> None:
    """Log the splits of the data set and the tables that it was made from as inputs of the active run.

    Only names and snapshots are recorded: the rows stay in the lake, where the snapshot identifies them.
    """
    source = resolve_dataset_source(uri, candidate_sources=None)
    for name, snapshot, context in _inputs(dataset, pipeline):
        # MLflow's `Dataset` declares `profile` as abstract and its own MetaDataset leaves it out, as its guide shows.
        described = MetaDataset(source, name=name, digest=str(snapshot))  # type: ignore[abstract]
        mlflow.log_input(described, context=context)


def publish(document: Document) -> None:
    """Describe the active run and add the evaluation and the page of the model to its artifacts."""
    mlflow.set_tag(MLFLOW_RUN_NOTE, descriptions.of_run(document))
    mlflow.log_dict(dict(document), "evaluation.json")
    mlflow.log_text(model_page(dict(document)), "report.html")


def _inputs(dataset: Document, pipeline: Pipeline) -> Iterator[tuple[str, int, str]]:
    """Name, snapshot and context of each input."""
    own = f"{pipeline.dataset.zone}.{pipeline.dataset.name}"
    for table, snapshot in dataset.get("snapshots", {}).items():
        if not table.endswith(own):
            yield table, snapshot, "source"
            continue
        for split, (first, last) in dataset.get("partitions", {}).items():
            yield f"{table} {split} {first} to {last}", snapshot, split

"""JSON documents about a model: evaluation, signature, metadata and SageMaker's model quality statistics."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from jobs.contracts.columns import PROBABILITY
from jobs.contracts.model import ModelSpec
from jobs.training.candidate import Candidate, Evaluation
from jobs.training.data import Samples
from jobs.training.decision import Decision
from jobs.training.settings import FinalSettings
from jobs.training.slices import worst
from jobs.training.tracking import Trial
from jobs.training.transformation import MISSING_CATEGORY

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Version of a model in the registry, its MLflow run, and the description of the data set it was trained on."""

    model_version: str
    run_id: str
    dataset: Document


def evaluation(
    identity: Identity,
    settings: FinalSettings,
    samples: dict[str, Samples],
    result: Evaluation,
    *,
    candidate: Candidate,
    decision: Decision,
    trials: Sequence[Trial],
    champion: Document | None,
) -> Document:
    """The evaluation that the DAG's gate, the report and the model package read."""
    return {
        "pipeline": settings.pipeline,
        "approved": decision.approved,
        "is_champion": decision.becomes_champion,
        "reasons": list(decision.reasons),
        "goals": list(decision.goals),
        "champion_before": champion,
        "model_name": settings.model_name,
        "model_version": identity.model_version,
        "run_id": identity.run_id,
        "dag_run_id": settings.run_id,
        "tuning_job": settings.tuning_job,
        "code_uri": settings.code_uri,
        "dataset_uri": settings.dataset_uri,
        "snapshots": identity.dataset.get("snapshots", {}),
        "rows": {name: len(part) for name, part in samples.items()},
        "base_rates": {name: part.base_rate for name, part in samples.items()},
        "partitions": identity.dataset.get("partitions", {}),
        "threshold": candidate.threshold,
        "metrics": result.metrics,
        "curves": result.curves,
        "slices": result.slices,
        "worst_slices": worst(result.slices),
        "importance": result.importance,
        "tuning": [_trial(trial) for trial in sorted(trials, key=lambda trial: trial.started)],
        "best_trial": trials[0].run_id,
        "onnx_difference": candidate.onnx_difference,
    }


def signature(candidate: Candidate, specification: ModelSpec) -> Document:
    """The inputs and the output of the model, which the server reads."""
    features = [{"name": column.name, "type": "number"} for column in candidate.transformation.numeric]
    features += [{"name": column.name, "type": "string"} for column in candidate.transformation.categorical]
    return {
        "identifier": specification.identifier,
        "features": features,
        "missing_category": MISSING_CATEGORY,
        "output": PROBABILITY,
    }


def metadata(identity: Identity, settings: FinalSettings, candidate: Candidate, metrics: dict[str, float]) -> Document:
    """Lineage of the model, and the probability from which it predicts class 1."""
    return {
        "pipeline": settings.pipeline,
        "model_name": settings.model_name,
        "model_version": identity.model_version,
        "run_id": identity.run_id,
        "dag_run_id": settings.run_id,
        "threshold": candidate.threshold,
        "rounds": candidate.rounds,
        "snapshots": identity.dataset.get("snapshots", {}),
        "dataset_uri": settings.dataset_uri,
        "code_uri": settings.code_uri,
        "metrics": metrics,
    }


def model_quality(metrics: dict[str, float]) -> Document:
    """The metrics in the format of SageMaker's model quality statistics."""
    names = {"roc_auc": "auc", "pr_auc": "au_prc", "precision": "precision", "recall": "recall"}
    values = {
        statistic: {"value": metrics[name], "standard_deviation": "NaN"}
        for name, statistic in names.items()
        if name in metrics
    }
    return {"binary_classification_metrics": values}


def tags(settings: FinalSettings, dataset: Document) -> dict[str, str]:
    """Lineage as tags of the MLflow run: code, data set, and the snapshot of every table that was read."""
    lineage = {"platform.code_uri": settings.code_uri, "platform.dataset_uri": settings.dataset_uri}
    snapshots = dataset.get("snapshots", {})
    return lineage | {f"platform.snapshot.{table}": str(snapshot) for table, snapshot in snapshots.items()}


def _trial(trial: Trial) -> Document:
    document = asdict(trial)
    return {**document, "objective": trial.objective}

"""The documents a model leaves behind: evaluation, signature, metadata and SageMaker's model quality. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from jobs.training.candidate import Assessment, Candidate
from jobs.training.data import Samples
from jobs.training.settings import FinalSettings
from jobs.training.slices import worst
from jobs.training.specification import Specification
from jobs.training.tracking import Trial
from jobs.training.transformation import MISSING_CATEGORY
from jobs.training.verdict import Verdict

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Which model this is: its version in the registry, its MLflow run and the snapshots it learnt from."""

    model_version: str
    run_id: str
    dataset: Document


def evaluation(
    identity: Identity,
    settings: FinalSettings,
    samples: dict[str, Samples],
    assessment: Assessment,
    *,
    candidate: Candidate,
    verdict: Verdict,
    trials: Sequence[Trial],
    champion: Document | None,
) -> Document:
    """What the gate, the report and the model package read."""
    return {
        "pipeline": settings.pipeline,
        "approved": verdict.approved,
        "is_champion": verdict.takes_over,
        "reasons": list(verdict.reasons),
        "goals": list(verdict.goals),
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
        "months": identity.dataset.get("months", {}),
        "threshold": candidate.threshold,
        "metrics": assessment.metrics,
        "curves": assessment.curves,
        "slices": assessment.slices,
        "worst_slices": worst(assessment.slices),
        "importance": assessment.importance,
        "tuning": [_trial(trial) for trial in sorted(trials, key=lambda trial: trial.started)],
        "best_trial": trials[0].run_id,
        "onnx_difference": candidate.onnx_difference,
    }


def signature(candidate: Candidate, specification: Specification) -> Document:
    """What the server must be given and what it answers."""
    features = [{"name": column.name, "type": "number"} for column in candidate.transformation.numeric]
    features += [{"name": column.name, "type": "string"} for column in candidate.transformation.categorical]
    return {
        "identifier": specification.identifier,
        "features": features,
        "missing_category": MISSING_CATEGORY,
        "output": "probability",
    }


def metadata(identity: Identity, settings: FinalSettings, candidate: Candidate, metrics: dict[str, float]) -> Document:
    """Where the model comes from, and the threshold it decides by."""
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
    """The metrics in the form of SageMaker's model quality statistics."""
    names = {"roc_auc": "auc", "pr_auc": "au_prc", "precision": "precision", "recall": "recall"}
    values = {
        shown: {"value": metrics[name], "standard_deviation": "NaN"} for name, shown in names.items() if name in metrics
    }
    return {"binary_classification_metrics": values}


def tags(settings: FinalSettings, dataset: Document) -> dict[str, str]:
    """Lineage as tags of the MLflow run: code, data set and the snapshot of every table it was read from."""
    lineage = {"platform.code_uri": settings.code_uri, "platform.dataset_uri": settings.dataset_uri}
    snapshots = dataset.get("snapshots", {})
    return lineage | {f"platform.snapshot.{table}": str(snapshot) for table, snapshot in snapshots.items()}


def _trial(trial: Trial) -> Document:
    document = asdict(trial)
    return {**document, "objective": trial.objective}

"""JSON documents about a model: evaluation, signature and metadata."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from jobs.contracts.metrics import Metric
from jobs.contracts.model import ModelSpec
from jobs.contracts.pipeline import Pipeline
from jobs.training.candidate import Candidate, learning_points
from jobs.training.data import Samples
from jobs.training.decision import Champion, Decision
from jobs.training.evaluation import Evaluation
from jobs.training.problems.strategy import Strategy
from jobs.training.registry import CHAMPION_BEFORE, DAG_RUN, LEARNT_UNTIL
from jobs.training.settings import FinalSettings
from jobs.training.slices import worst
from jobs.training.target_encoding import MISSING_CATEGORY
from jobs.training.tracking import Trial

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A registered model with everything from which it came and what was found about it."""

    pipeline: Pipeline
    settings: FinalSettings
    candidate: Candidate
    result: Evaluation
    trials: Sequence[Trial]
    """Best first."""
    champion: Champion | None
    """The champion before this run."""
    decision: Decision
    dataset: Document
    """The description of the data set."""
    learnt: tuple[str, str]
    """The first and the last prediction time of the rows that fitted the model."""
    run_id: str
    experiment_id: str
    model_version: str

    @property
    def lineage(self) -> Document:
        """The identity of the model, and the code and data that it was made from."""
        return {
            "pipeline": self.settings.pipeline,
            "problem": self.pipeline.model.problem.value,
            "model_name": self.settings.model_name,
            "model_version": self.model_version,
            "run_id": self.run_id,
            "experiment_id": self.experiment_id,
            "dag_run_id": self.settings.run_id,
            "code_uri": self.settings.code_uri,
            "training_image": self.settings.training_image,
            "learnt_from": self.learnt[0],
            "learnt_until": self.learnt[1],
            "dataset_uri": self.settings.dataset_uri,
            "snapshots": self.dataset.get("snapshots", {}),
        }


def evaluation(outcome: Outcome, samples: Mapping[str, Samples], strategy: Strategy) -> Document:
    """The evaluation that the DAG's gate, the report and the model package read."""
    pipeline, result, decision = outcome.pipeline, outcome.result, outcome.decision
    spec = pipeline.model
    return {
        **outcome.lineage,
        "question": pipeline.description,
        "label": spec.label,
        "prediction": spec.prediction,
        "approved": decision.approved,
        "is_champion": decision.becomes_champion,
        "reasons": [*decision.reasons, *(each.sentence for each in result.suspicions)],
        "goals": [each.to_document() for each in result.goals],
        "objective": _metric(spec.objective_metric),
        "champion_before": outcome.champion.to_document() if outcome.champion else None,
        "tuning_job": outcome.settings.tuning_job,
        "partitions": outcome.dataset.get("partitions", {}),
        "rows": {name: len(part) for name, part in samples.items()},
        "labels": {name: strategy.summary(part.label) for name, part in samples.items()},
        **strategy.document(outcome.candidate.choice),
        "metrics": result.metrics,
        "intervals": result.intervals,
        "within_day": result.within_day,
        "by_partition": result.by_partition,
        "baselines": result.baselines,
        "curves": result.curves,
        "slices": result.slices,
        "slice_minimum_rows": strategy.minimum_slice_rows,
        "worst_slices": worst(result.slices, spec.objective_metric, strategy.minimum_slice_rows),
        "importance": result.importance,
        "suspicions": [each.to_document() for each in result.suspicions],
        "tuning": [asdict(trial) for trial in sorted(outcome.trials, key=lambda trial: trial.started)],
        "best_trial": outcome.trials[0].run_id,
        "fitted": dict(outcome.candidate.fitted),
        "folds": [each.to_document() for each in outcome.candidate.folds],
        "learning_curve": learning_points(outcome.candidate.learning_curve, spec),
        "onnx_difference": outcome.candidate.onnx_difference,
        **result.quality,
    }


def signature(spec: ModelSpec) -> Document:
    """The inputs and outputs of the model, which the server reads."""
    features = [{"name": name, "type": "number"} for name in spec.numeric]
    features += [{"name": name, "type": "string"} for name in spec.categorical]
    return {
        "problem": spec.problem.value,
        "identifier": spec.identifier,
        "prediction": spec.prediction,
        "features": features,
        "missing_category": MISSING_CATEGORY,
        "outputs": list(spec.outputs),
        "classes": list(spec.classes),
    }


def metadata(outcome: Outcome) -> Document:
    """Lineage of the model and its metrics, and what decides about predictions, such as the threshold."""
    candidate = outcome.candidate
    return {**outcome.lineage, **candidate.fitted, **candidate.choice, "metrics": outcome.result.metrics}


def version_tags(outcome: Outcome) -> dict[str, str]:
    """Decision and lineage as tags of the registered version; later runs read when it has learnt."""
    settings, champion = outcome.settings, outcome.champion
    tags = {
        DAG_RUN: settings.run_id,
        CHAMPION_BEFORE: champion.version if champion else "",
        "approved": str(outcome.decision.approved).lower(),
        "decision": " | ".join(outcome.decision.reasons),
        "learnt_from": outcome.learnt[0],
        LEARNT_UNTIL: outcome.learnt[1],
        "code_uri": settings.code_uri,
        "training_image": settings.training_image,
        "dataset_uri": settings.dataset_uri,
    }
    return {key: value for key, value in tags.items() if value}


def _metric(metric: Metric) -> Document:
    return {"metric": metric.name, "title": metric.title, "direction": metric.direction}

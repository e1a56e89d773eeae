"""Performance of a candidate and of its baselines on the test rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jobs.contracts.columns import TEST
from jobs.contracts.pipeline import Pipeline
from jobs.training import goal_check, onnx_export
from jobs.training.baselines import Baseline, baselines
from jobs.training.candidate import Candidate
from jobs.training.data import Samples
from jobs.training.goal_check import Scored
from jobs.training.goal_result import GoalResult
from jobs.training.importance import importance
from jobs.training.problems.strategy import Document, Strategy, measured
from jobs.training.slices import slices

Metrics = dict[str, float | None]


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What is measured on the test split."""

    metrics: Metrics
    goals: tuple[GoalResult, ...]
    baselines: dict[str, Document]
    curves: Document
    slices: list[dict[str, Any]]
    importance: list[dict[str, Any]]
    quality: Document


def evaluate(
    candidate: Candidate, samples: Mapping[str, Samples], pipeline: Pipeline, strategy: Strategy
) -> Evaluation:
    """Evaluate the ONNX export, which is what will be served, on rows that were not used for fitting."""
    test, choice, spec = samples[TEST], candidate.choice, pipeline.model
    prediction = onnx_export.score(candidate.proto, test.table)
    compared = baselines(samples, spec, strategy)
    scored = Scored(samples=test, prediction=prediction, choice=choice, baselines=compared)
    return Evaluation(
        metrics=measured(strategy.measures(choice), test.label, prediction),
        goals=goal_check.check(pipeline.goals.goals, scored, strategy),
        baselines={name: _baseline(each, scored, strategy) for name, each in compared.items()},
        curves=strategy.curves(test.label, prediction, test.day, choice),
        slices=slices(test, prediction, strategy, choice, spec),
        importance=importance(candidate.model, test, strategy, spec.objective_metric),
        quality=strategy.model_quality(test.label, prediction, choice),
    )


def _baseline(baseline: Baseline, scored: Scored, strategy: Strategy) -> Document:
    """The metrics of a baseline and of the model, both on the rows for which the baseline has a prediction."""
    rows = baseline.present
    label = scored.samples.label[rows]
    if not len(label):
        return {"rows": 0, "metrics": {}, "model_metrics": {}}
    return {
        "rows": len(label),
        "metrics": measured(strategy.measures(baseline.choice), label, baseline.prediction[rows]),
        "model_metrics": measured(strategy.measures(scored.choice), label, scored.prediction[rows]),
    }

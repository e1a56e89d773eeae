"""Comparison of a model with its baselines on the same rows."""

import math

from jobs.contracts.model import ModelSpec
from jobs.training.baselines import Baseline
from jobs.training.bootstrap import DayBootstrap, interval, paired
from jobs.training.dimensions import Mask
from jobs.training.goal_check import Scored
from jobs.training.problems.measures import Floats
from jobs.training.problems.strategy import Document, Strategy, measured


def compared(name: str, scored: Scored, strategy: Strategy, spec: ModelSpec) -> Document:
    """The metrics of a baseline and of the model, both on the rows for which the baseline has a prediction."""
    baseline = scored.baselines[name]
    rows, objective = baseline.present, spec.objective_metric
    label, own, other = scored.samples.label[rows], scored.prediction[rows], baseline.prediction[rows]
    if not len(label):
        return {
            "title": baseline.title,
            "rows": 0,
            "metrics": {},
            "intervals": {},
            "model_metrics": {},
            "improvement": None,
        }
    days = DayBootstrap(scored.samples.day[rows])
    measures, own_measures = strategy.measures(baseline.choice), strategy.measures(scored.choice)
    metrics, model_metrics = measured(measures, label, other), measured(own_measures, label, own)
    value = objective.improvement(
        *(math.nan if each is None else each for each in (model_metrics[objective.name], metrics[objective.name]))
    )
    draws = [days.draws(strategy.measures()[objective.name], label, prediction) for prediction in (own, other)]
    spread = interval(paired(objective.improvement, *draws))
    return {
        "title": baseline.title,
        "rows": len(label),
        "metrics": metrics,
        "intervals": {each: days.interval(measure, label, other) for each, measure in measures.items()},
        "model_metrics": model_metrics,
        "improvement": {"value": value, "interval": spread} if math.isfinite(value) else None,
    }


def objective_of(baseline: Baseline, label: Floats, rows: Mask, strategy: Strategy, spec: ModelSpec) -> float | None:
    """The objective of a baseline on those of some rows for which it has a prediction."""
    present = rows & baseline.present
    if not present.any():
        return None
    measure = {spec.objective: strategy.measures()[spec.objective]}
    return measured(measure, label[present], baseline.prediction[present])[spec.objective]

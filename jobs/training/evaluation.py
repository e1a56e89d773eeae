"""Performance of a candidate and of its baselines on the test rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from jobs.contracts.columns import TEST
from jobs.contracts.model import ModelSpec
from jobs.contracts.pipeline import Pipeline
from jobs.training import goal_check, onnx_export
from jobs.training.baselines import baselines
from jobs.training.bootstrap import DayBootstrap, Interval
from jobs.training.candidate import Candidate
from jobs.training.comparison import compared, objective_of
from jobs.training.data import Samples
from jobs.training.goal_check import Scored
from jobs.training.goal_result import GoalResult
from jobs.training.importance import importance
from jobs.training.problems.measures import WithinBlocks
from jobs.training.problems.strategy import Document, Strategy, measured
from jobs.training.slices import slices
from jobs.training.suspicions import Suspicion, Suspicions

Metrics = dict[str, float | None]


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What is measured on the test split."""

    metrics: Metrics
    intervals: dict[str, Interval | None]
    within_day: dict[str, Document]
    by_partition: list[Document]
    goals: tuple[GoalResult, ...]
    baselines: dict[str, Document]
    curves: Document
    slices: list[dict[str, Any]]
    importance: list[dict[str, Any]]
    suspicions: tuple[Suspicion, ...]
    quality: Document


def evaluate(
    candidate: Candidate, samples: Mapping[str, Samples], pipeline: Pipeline, strategy: Strategy
) -> Evaluation:
    """Evaluate the ONNX export, which is what will be served, on rows that were not used for fitting."""
    test, choice, spec = samples[TEST], candidate.choice, pipeline.model
    prediction = onnx_export.score(candidate.proto, test.table)
    scored = Scored(
        samples=test,
        partition_column=pipeline.partitions.column,
        prediction=prediction,
        choice=choice,
        baselines=baselines(candidate, samples, spec, strategy),
    )
    measures, days = strategy.measures(choice), DayBootstrap(test.day)
    ranked = importance(candidate.model, test, strategy, spec.objective_metric)
    return Evaluation(
        metrics=measured(measures, test.label, prediction),
        intervals={name: days.interval(measure, test.label, prediction) for name, measure in measures.items()},
        within_day=_within_day(scored, strategy),
        by_partition=_by_partition(scored, strategy, spec),
        goals=goal_check.check(pipeline.goals.goals, scored, strategy),
        baselines={name: compared(name, scored, strategy, spec) for name in scored.baselines},
        curves=strategy.curves(test.label, prediction, test.day, choice),
        slices=slices(test, prediction, strategy, choice, pipeline),
        importance=ranked,
        suspicions=Suspicions(samples, prediction, pipeline, strategy).find(ranked),
        quality=strategy.model_quality(test.label, prediction, choice),
    )


def _within_day(scored: Scored, strategy: Strategy) -> dict[str, Document]:
    """The mean over days of each metric that does not depend on a decision."""
    label, prediction, days = scored.samples.label, scored.prediction, DayBootstrap(scored.samples.day)
    result = {}
    for name, measure in strategy.measures().items():
        within = WithinBlocks(measure)
        value = days.value(within, label, prediction)
        result[name] = {
            "value": value if np.isfinite(value) else None,
            "interval": days.interval(within, label, prediction),
        }
    return result


def _by_partition(scored: Scored, strategy: Strategy, spec: ModelSpec) -> list[Document]:
    """The metrics of each partition in order, beside the objective of each baseline."""
    samples, measures = scored.samples, strategy.measures(scored.choice)
    result = []
    for partition in np.unique(samples.partition):
        rows = samples.partition == partition
        label, prediction = samples.label[rows], scored.prediction[rows]
        days = DayBootstrap(samples.day[rows])
        result.append(
            {
                "partition": str(partition),
                "rows": len(label),
                **measured(measures, label, prediction),
                "interval": days.interval(measures[spec.objective], label, prediction),
                "baselines": {
                    name: objective_of(baseline, samples.label, rows, strategy, spec)
                    for name, baseline in scored.baselines.items()
                },
            }
        )
    return result

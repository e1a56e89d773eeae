"""The goals of a model, measured on the test rows."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from jobs.contracts.goals import Goal
from jobs.contracts.metrics import METRICS
from jobs.training.baselines import Baseline
from jobs.training.bootstrap import DayBootstrap, interval, paired
from jobs.training.data import Samples
from jobs.training.dimensions import values_of
from jobs.training.goal_result import GoalResult, Slice
from jobs.training.problems.measures import Doubles, Floats, Measure, WithinBlocks
from jobs.training.problems.strategy import Choice, Strategy

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Scored:
    """Test rows with the predictions of a model and of its baselines."""

    samples: Samples
    partition_column: str
    prediction: Floats
    choice: Choice
    baselines: Mapping[str, Baseline]


def check(goals: Iterable[Goal], scored: Scored, strategy: Strategy) -> tuple[GoalResult, ...]:
    """The results of all goals in their order; a goal for slices has one per dimension."""
    everything = np.ones(len(scored.samples), dtype=np.bool_)
    results: list[GoalResult] = []
    for goal in goals:
        if goal.slices:
            results += [_least_good(goal, scored, strategy, dimension) for dimension in goal.slices]
        else:
            results.append(_result(goal, scored, strategy, everything))
    return tuple(results)


def _least_good(goal: Goal, scored: Scored, strategy: Strategy, dimension: str) -> GoalResult:
    """The result of the value with the least margin, among the values with enough rows."""
    enough = [
        part
        for part in values_of(scored.samples, dimension, scored.partition_column)
        if part.rows.sum() >= strategy.minimum_slice_rows
    ]
    results = [
        replace(
            _result(goal, scored, strategy, part.rows),
            slice=Slice(dimension=dimension, value=part.value, rows=int(part.rows.sum()), values=len(enough)),
        )
        for part in enough
    ]
    nothing = Slice(dimension=dimension, value=None, rows=0, values=0)
    return min(
        results,
        key=lambda result: -math.inf if result.margin is None else result.margin,
        default=replace(_unmeasured(goal), slice=nothing),
    )


def _unmeasured(goal: Goal) -> GoalResult:
    return GoalResult(
        metric=goal.metric,
        limit=goal.minimum if goal.minimum is not None else goal.maximum,
        value=None,
        baseline=goal.baseline,
        improvement=goal.improvement,
        within_day=goal.within_day,
        confident=goal.confident,
    )


def _result(goal: Goal, scored: Scored, strategy: Strategy, rows: Mask) -> GoalResult:
    """The result for some rows; a baseline is compared on those of them for which it has a prediction."""
    baseline = scored.baselines[goal.baseline] if goal.baseline is not None else None
    if baseline is not None:
        rows = rows & baseline.present
    label, result = scored.samples.label[rows], _unmeasured(goal)
    if not len(label):
        return result
    days, metric = DayBootstrap(scored.samples.day[rows]), METRICS[goal.metric]

    def measured(choice: Choice, prediction: Floats) -> tuple[float, Doubles]:
        measure: Measure = strategy.measures(choice)[goal.metric]
        measure = WithinBlocks(measure) if goal.within_day else measure
        return days.value(measure, label, prediction[rows]), days.draws(measure, label, prediction[rows])

    value, draws = measured(scored.choice, scored.prediction)
    result = replace(result, value=_defined(value), interval=interval(draws))
    if baseline is None:
        return result
    reference, reference_draws = measured(baseline.choice, baseline.prediction)
    return replace(
        result,
        baseline_value=_defined(reference),
        limit=_limit(goal, reference) if math.isfinite(reference) else None,
        improvement_value=_defined(metric.improvement(value, reference)),
        improvement_interval=interval(paired(metric.improvement, draws, reference_draws)),
    )


def _limit(goal: Goal, baseline: float) -> float:
    """The value that is better than the baseline by the goal's improvement, as `Goal` defines it."""
    improvement = goal.improvement or 0.0
    if METRICS[goal.metric].higher_is_better:
        return baseline + improvement * (1 - baseline)
    return baseline * (1 - improvement)


def _defined(value: float) -> float | None:
    return value if math.isfinite(value) else None

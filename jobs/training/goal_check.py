"""The goals of a model, measured on the test rows."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from jobs.contracts.goals import Goal
from jobs.contracts.metrics import METRICS
from jobs.training.baselines import Baseline
from jobs.training.bootstrap import interval
from jobs.training.data import Samples
from jobs.training.goal_result import GoalResult, Slice
from jobs.training.problems.strategy import Choice, Floats, Strategy
from jobs.training.slices import values_of

Mask = npt.NDArray[np.bool_]
#: Up to this many rows, the interval of a metric takes about a second, so it is computed for every goal.
_CHEAP_ROWS = 20_000


@dataclass(frozen=True, kw_only=True)
class Scored:
    """Test rows with the predictions of a model and of its baselines."""

    samples: Samples
    prediction: Floats
    choice: Choice
    baselines: Mapping[str, Baseline]


def check(goals: Iterable[Goal], scored: Scored, strategy: Strategy) -> tuple[GoalResult, ...]:
    """The results of all goals in their order; a goal for slices has one per feature."""
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
        (value, rows)
        for value, rows in values_of(scored.samples, dimension)
        if rows.sum() >= strategy.minimum_slice_rows
    ]
    results = [
        replace(
            _result(goal, scored, strategy, rows),
            slice=Slice(dimension=dimension, value=value, rows=int(rows.sum()), values=len(enough)),
        )
        for value, rows in enough
    ]
    nothing = Slice(dimension=dimension, value=None, rows=0, values=0)
    return min(
        results,
        key=lambda result: -math.inf if result.margin is None else result.margin,
        default=GoalResult(metric=goal.metric, limit=None, value=None, confident=goal.confident, slice=nothing),
    )


def _result(goal: Goal, scored: Scored, strategy: Strategy, rows: Mask) -> GoalResult:
    """The result for some rows; a baseline is compared on those of them for which it has a prediction."""
    baseline = scored.baselines[goal.baseline] if goal.baseline is not None else None
    if baseline is not None:
        rows = rows & baseline.present
    label, day, prediction = scored.samples.label[rows], scored.samples.day[rows], scored.prediction[rows]
    result = GoalResult(
        metric=goal.metric,
        limit=goal.minimum if goal.minimum is not None else goal.maximum,
        value=None,
        baseline=goal.baseline,
        improvement=goal.improvement,
        confident=goal.confident,
    )
    if not len(label):
        return result
    measure = strategy.measures(scored.choice)[goal.metric]
    needs_interval = goal.confident or len(label) <= _CHEAP_ROWS
    result = replace(
        result,
        value=_defined(measure(label, prediction)),
        interval=interval(lambda drawn: measure(label[drawn], prediction[drawn]), day) if needs_interval else None,
    )
    if baseline is None:
        return result
    simple, other = strategy.measures(baseline.choice)[goal.metric], baseline.prediction[rows]

    def improvement(drawn: npt.NDArray[np.int64]) -> float:
        own, reference = measure(label[drawn], prediction[drawn]), simple(label[drawn], other[drawn])
        return METRICS[goal.metric].improvement(own, reference)

    reference = _defined(simple(label, other))
    return replace(
        result,
        baseline_value=reference,
        limit=None if reference is None else _limit(goal, reference),
        improvement_value=_defined(improvement(np.arange(len(label)))),
        improvement_interval=interval(improvement, day) if needs_interval else None,
    )


def _limit(goal: Goal, baseline: float) -> float:
    """The value that is better than the baseline by the goal's improvement, as `Goal` defines it."""
    improvement = goal.improvement or 0.0
    if METRICS[goal.metric].higher_is_better:
        return baseline + improvement * (1 - baseline)
    return baseline * (1 - improvement)


def _defined(value: float) -> float | None:
    return value if math.isfinite(value) else None

"""The problems: a row and a module for each."""

from collections.abc import Callable, Mapping

from jobs.contracts.goals import MistakeCosts
from jobs.contracts.metrics import Problem
from jobs.contracts.pipeline import Pipeline
from jobs.training.problems.binary import Binary
from jobs.training.problems.multiclass import Multiclass
from jobs.training.problems.regression import Regression
from jobs.training.problems.strategy import Strategy

#: A binary model without costs finds its mistakes equally bad.
_EQUAL = MistakeCosts(missed=1.0, false_alarm=1.0)
_STRATEGIES: Mapping[Problem, Callable[[Pipeline], Strategy]] = {
    Problem.BINARY: lambda each: Binary(costs=each.goals.costs or _EQUAL, capacity=each.goals.capacity),
    Problem.MULTICLASS: lambda each: Multiclass(classes=each.model.classes),
    Problem.REGRESSION: lambda _: Regression(),
}


def strategy_of(pipeline: Pipeline) -> Strategy:
    """The functions of a pipeline's problem."""
    return _STRATEGIES[pipeline.model.problem](pipeline)

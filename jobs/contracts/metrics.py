"""The problems that a model can solve, and the metrics of each with the direction in which it is better."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from jobs.contracts.tables import ContractError


class Problem(StrEnum):
    """What a model predicts: one of two classes, one of several classes, or a number."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A measure of a model on a split."""

    name: str
    title: str
    problems: frozenset[Problem]
    higher_is_better: bool
    needs_decision: bool = False
    """Whether it depends on a threshold, so that it says as much about the threshold as about the model."""

    @property
    def direction(self) -> str:
        """The direction in words."""
        return "higher" if self.higher_is_better else "lower"

    def gain(self, value: float, other: float) -> float:
        """By how much `value` is better than `other`; negative if it is worse."""
        return value - other if self.higher_is_better else other - value

    def improvement(self, value: float, baseline: float) -> float:
        """The gain as a share of the distance to a perfect 1, or of the error; NaN if the baseline is perfect."""
        possible = 1 - baseline if self.higher_is_better else baseline
        return self.gain(value, baseline) / possible if possible > 0 else math.nan


def _metrics(problems: Iterable[Problem], *rows: tuple[str, str, bool, bool]) -> list[Metric]:
    return [
        Metric(
            name=name, title=title, problems=frozenset(problems), higher_is_better=higher, needs_decision=needs_decision
        )
        for name, title, higher, needs_decision in rows
    ]


_BINARY = (
    ("roc_auc", "ROC AUC", True, False),
    ("pr_auc", "PR AUC", True, False),
    ("brier", "Brier score", False, False),
    ("calibration_error", "calibration error", False, False),
    ("precision", "precision", True, True),
    ("recall", "recall", True, True),
    ("flagged", "share of rows predicted as class 1", False, True),
    ("cost_per_row", "cost per row", False, True),
)
_MULTICLASS = (
    ("accuracy", "accuracy", True, False),
    ("balanced_accuracy", "balanced accuracy", True, False),
    ("macro_f1", "macro F1", True, False),
)
_REGRESSION = (
    ("mae", "mean absolute error", False, False),
    ("rmse", "root mean squared error", False, False),
    ("wape", "absolute error as a share of the total", False, False),
    ("r2", "R squared", True, False),
)

#: All metrics by name.
METRICS = {
    metric.name: metric
    for metric in (
        *_metrics((Problem.BINARY,), *_BINARY),
        *_metrics((Problem.BINARY, Problem.MULTICLASS), ("log_loss", "log loss", False, False)),
        *_metrics((Problem.MULTICLASS,), *_MULTICLASS),
        *_metrics((Problem.REGRESSION,), *_REGRESSION),
    )
}


def metric(name: str, problem: Problem) -> Metric:
    """The metric of that name; raises ContractError unless the problem has it."""
    known = [each.name for each in METRICS.values() if problem in each.problems]
    if name not in known:
        raise ContractError(f"metric {name!r} of a {problem} model is not measured; allowed are {sorted(known)}")
    return METRICS[name]

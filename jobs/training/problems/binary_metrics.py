"""Metrics, threshold of least cost, calibration and curves of predicted probabilities."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import sklearn
from sklearn import metrics

from jobs.contracts.goals import MistakeCosts

Floats = npt.NDArray[np.float32]
Document = dict[str, Any]

_THRESHOLDS = tuple(step / 200 for step in range(1, 200))
_CURVE_POINTS = 100
#: Lower limit of a likelihood, whose logarithm would otherwise be infinite.
_MINIMUM_LIKELIHOOD = 1e-7


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """The numbers of right and wrong decisions at a threshold."""

    missed: int
    false_alarms: int
    detected: int
    rows: int

    @property
    def flagged(self) -> int:
        """The rows that are predicted as class 1."""
        return self.detected + self.false_alarms

    @property
    def precision(self) -> float:
        """The share of class 1 among the rows that are predicted as class 1."""
        return self.detected / self.flagged if self.flagged else 0.0

    @property
    def recall(self) -> float:
        """The share of the rows of class 1 that are predicted as class 1."""
        return self.detected / (self.detected + self.missed) if self.detected + self.missed else 0.0

    def cost(self, costs: MistakeCosts) -> float:
        """The cost of the mistakes."""
        return float(costs.total(missed=self.missed, false_alarms=self.false_alarms))

    @property
    def counts(self) -> list[list[int]]:
        """The confusion matrix: rows are the actual classes 0 and 1, columns the predicted ones."""
        right = self.rows - self.missed - self.flagged
        return [[right, self.false_alarms], [self.missed, self.detected]]


def decisions(label: Floats, probability: Floats, threshold: float) -> Decisions:
    """Count the decisions of a threshold; class 1 is predicted from the threshold on."""
    actual, predicted = label > 0, probability >= np.float32(threshold)
    return Decisions(
        missed=int((actual & ~predicted).sum()),
        false_alarms=int((~actual & predicted).sum()),
        detected=int((actual & predicted).sum()),
        rows=len(label),
    )


def roc_auc(label: Floats, probability: Floats) -> float:
    """The area under the ROC curve; NaN if the rows are of a single class."""
    if label.min() == label.max():
        return float("nan")
    with sklearn.config_context(assume_finite=True, skip_parameter_validation=True):
        return float(metrics.roc_auc_score(label, probability))


def pr_auc(label: Floats, probability: Floats) -> float:
    """The area under the precision-recall curve; NaN if the rows are of a single class."""
    if label.min() == label.max():
        return float("nan")
    with sklearn.config_context(assume_finite=True, skip_parameter_validation=True):
        return float(metrics.average_precision_score(label, probability))


def log_loss(label: Floats, probability: Floats) -> float:
    """The mean negative logarithm of the likelihood."""
    return float(-np.log(_likelihood(label, probability)).mean())


def brier(label: Floats, probability: Floats) -> float:
    """The mean squared difference of label and probability."""
    return float(np.square(1 - _likelihood(label, probability)).mean())


def threshold_of_least_cost(
    label: Floats, probability: Floats, costs: MistakeCosts, capacity: float | None = None
) -> float:
    """The threshold whose mistakes have the lowest cost; the lowest threshold when several have it.

    A capacity is the largest share of rows that may be predicted as class 1; the highest threshold of the grid is
    taken when none stays within it.
    """
    counted = {threshold: decisions(label, probability, threshold) for threshold in _THRESHOLDS}
    most = len(label) if capacity is None else capacity * len(label)
    allowed = [threshold for threshold, decided in counted.items() if decided.flagged <= most]
    return min(allowed or _THRESHOLDS[-1:], key=lambda threshold: counted[threshold].cost(costs))


def calibration(label: Floats, probability: Floats, bins: int = 10) -> list[Document]:
    """Mean predicted probability and observed share of class 1, in bins with equal numbers of rows."""
    order = np.argsort(probability, kind="stable")
    return [
        {
            "mean_predicted": float(probability[part].mean()),
            "observed": float(label[part].mean()),
            "rows": len(part),
        }
        for part in np.array_split(order, bins)
        if len(part)
    ]


def calibration_error(label: Floats, probability: Floats) -> float:
    """Mean absolute difference between prediction and observation over the bins, weighted by rows."""
    bins = calibration(label, probability)
    return float(sum(abs(each["mean_predicted"] - each["observed"]) * each["rows"] for each in bins) / len(label))


def curves(label: Floats, probability: Floats, costs: MistakeCosts) -> Document:
    """ROC, precision-recall, calibration and cost curves, reduced to at most 100 points for the report."""
    false_rate, true_rate, _ = metrics.roc_curve(label, probability)
    precision, recall, _ = metrics.precision_recall_curve(label, probability)
    return {
        "roc": _points("false_positive_rate", false_rate, "true_positive_rate", true_rate),
        "precision_recall": _points("recall", recall[::-1], "precision", precision[::-1]),
        "calibration": calibration(label, probability),
        "cost": [
            {
                "threshold": threshold,
                "cost_per_row": decisions(label, probability, threshold).cost(costs) / len(label),
            }
            for threshold in _THRESHOLDS[::4]
        ],
    }


def _likelihood(label: Floats, probability: Floats) -> npt.NDArray[np.float64]:
    return np.clip(np.where(label > 0, probability, 1 - probability).astype(np.float64), _MINIMUM_LIKELIHOOD, 1.0)


def _points(x_name: str, x: Floats, y_name: str, y: Floats) -> list[Document]:
    chosen = np.unique(np.linspace(0, len(x) - 1, num=min(_CURVE_POINTS, len(x))).round().astype(int))
    return [{x_name: round(float(x[index]), 5), y_name: round(float(y[index]), 5)} for index in chosen]

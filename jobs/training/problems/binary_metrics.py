"""Metrics, threshold of least cost, calibration and curves of predicted probabilities."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from jobs.contracts.goals import MistakeCosts
from jobs.training.problems.measures import Additive, Blocks, Doubles, Floats, mean_of, share
from jobs.training.problems.ranking import AveragePrecision, RocAuc

Document = dict[str, Any]

_THRESHOLDS = tuple(step / 200 for step in range(1, 200))
_CURVE_POINTS = 100
_CALIBRATION_BINS = 10
#: Lower limit of a likelihood, whose logarithm would otherwise be infinite.
_MINIMUM_LIKELIHOOD = 1e-7


@dataclass(frozen=True, kw_only=True)
class Decisions:
    """The numbers of right and wrong decisions at a threshold, of one or of several resamples."""

    missed: Doubles
    false_alarms: Doubles
    detected: Doubles
    rows: Doubles

    @property
    def flagged(self) -> Doubles:
        """The rows that are predicted as class 1."""
        return self.detected + self.false_alarms

    @property
    def precision(self) -> Doubles:
        """The share of class 1 among the rows that are predicted as class 1."""
        return share(self.detected, self.flagged, 0.0)

    @property
    def recall(self) -> Doubles:
        """The share of the rows of class 1 that are predicted as class 1."""
        return share(self.detected, self.detected + self.missed, 0.0)

    def cost(self, costs: MistakeCosts) -> Doubles:
        """The cost of the mistakes."""
        return self.missed * costs.missed + self.false_alarms * costs.false_alarm

    @property
    def counts(self) -> list[list[int]]:
        """The confusion matrix: rows are the actual classes 0 and 1, columns the predicted ones."""
        right = self.rows - self.missed - self.flagged
        return [[int(right), int(self.false_alarms)], [int(self.missed), int(self.detected)]]


def decisions(label: Floats, probability: Floats, threshold: float) -> Decisions:
    """Count the decisions of a threshold; class 1 is predicted from the threshold on."""
    whole = Blocks(np.zeros(len(label), dtype=np.int64), 1)
    return _decisions(_cells(label, probability, whole, threshold)[0])


def decided(fact: Callable[[Decisions], Doubles], threshold: float) -> Additive:
    """A metric of the decisions of a threshold."""
    return Additive(
        lambda label, probability, blocks: _cells(label, probability, blocks, threshold),
        lambda cells: fact(_decisions(cells)),
    )


def _cells(label: Floats, probability: Floats, blocks: Blocks, threshold: float) -> Doubles:
    """The confusion matrix of each block in a row: actual class 0, then actual class 1."""
    predicted = (probability >= np.float32(threshold)).astype(np.int64)
    return blocks.table((label > 0).astype(np.int64) * 2 + predicted, 4)


def _decisions(cells: Doubles) -> Decisions:
    return Decisions(missed=cells[..., 2], false_alarms=cells[..., 1], detected=cells[..., 3], rows=cells.sum(axis=-1))


def _calibration_sums(label: Floats, probability: Floats, blocks: Blocks) -> Doubles:
    """Predicted minus observed of each bin; the bins are those of all rows."""
    bins = np.empty(len(label), dtype=np.int64)
    for index, rows in enumerate(_bins(probability)):
        bins[rows] = index
    difference = probability.astype(np.float64) - label
    return np.hstack([blocks.table(bins, _CALIBRATION_BINS, difference), blocks.totals(np.ones(len(label)))])


#: The area under the ROC curve; NaN if the rows are of a single class.
roc_auc = RocAuc()
#: The area under the precision-recall curve; NaN if the rows are of a single class.
pr_auc = AveragePrecision()
#: The mean negative logarithm of the likelihood.
log_loss = mean_of(lambda label, probability: -np.log(_likelihood(label, probability)))
#: The mean squared difference of label and probability.
brier = mean_of(lambda label, probability: np.square(1 - _likelihood(label, probability)))
#: Mean absolute difference between prediction and observation over the bins, weighted by rows.
calibration_error = Additive(_calibration_sums, lambda sums: share(np.abs(sums[:, :-1]).sum(axis=1), sums[:, -1]))


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
    return min(allowed or _THRESHOLDS[-1:], key=lambda threshold: float(counted[threshold].cost(costs)))


def calibration(label: Floats, probability: Floats) -> list[Document]:
    """Mean predicted probability and observed share of class 1, in bins with equal numbers of rows."""
    return [
        {
            "mean_predicted": float(probability[part].mean()),
            "observed": float(label[part].mean()),
            "rows": len(part),
        }
        for part in _bins(probability)
        if len(part)
    ]


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
                "cost_per_row": float(decisions(label, probability, threshold).cost(costs)) / len(label),
            }
            for threshold in _THRESHOLDS[::4]
        ],
    }


def _bins(probability: Floats) -> list[npt.NDArray[np.int64]]:
    return np.array_split(np.argsort(probability, kind="stable"), _CALIBRATION_BINS)


def _likelihood(label: Floats, probability: Floats) -> npt.NDArray[np.float64]:
    return np.clip(np.where(label > 0, probability, 1 - probability).astype(np.float64), _MINIMUM_LIKELIHOOD, 1.0)


def _points(x_name: str, x: Floats, y_name: str, y: Floats) -> list[Document]:
    chosen = np.unique(np.linspace(0, len(x) - 1, num=min(_CURVE_POINTS, len(x))).round().astype(int))
    return [{x_name: round(float(x[index]), 5), y_name: round(float(y[index]), 5)} for index in chosen]

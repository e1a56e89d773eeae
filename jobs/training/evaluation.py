"""Metrics, threshold of least cost, calibration and curves of predicted probabilities."""

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


def scores(label: Floats, probability: Floats) -> dict[str, float]:
    """Metrics that need no threshold; the label must hold both classes."""
    return {
        **ranking(label, probability),
        **losses(label, probability),
        "calibration_error": calibration_error(label, probability),
    }


def ranking(label: Floats, probability: Floats) -> dict[str, float]:
    """Areas under the ROC and precision-recall curves; the label must hold both classes."""
    with sklearn.config_context(assume_finite=True, skip_parameter_validation=True):
        return {
            "roc_auc": float(metrics.roc_auc_score(label, probability)),
            "pr_auc": float(metrics.average_precision_score(label, probability)),
        }


def losses(label: Floats, probability: Floats) -> dict[str, float]:
    """Log loss and Brier score, which are also defined for a single class."""
    likelihood = np.clip(np.where(label > 0, probability, 1 - probability).astype(np.float64), _MINIMUM_LIKELIHOOD, 1.0)
    return {"log_loss": float(-np.log(likelihood).mean()), "brier": float(np.square(1 - likelihood).mean())}


def decisions(label: Floats, probability: Floats, threshold: float, costs: MistakeCosts) -> dict[str, float]:
    """Mistakes, their cost, precision and recall of the predictions at a threshold."""
    missed, alarms, detected = _mistakes(label, probability, threshold)
    total = float(costs.total(missed=missed, false_alarms=alarms))
    return {
        "precision": detected / (detected + alarms) if detected + alarms else 0.0,
        "recall": detected / (detected + missed) if detected + missed else 0.0,
        "missed": missed,
        "false_alarms": alarms,
        "cost": total,
        "cost_per_row": total / len(label) if len(label) else 0.0,
    }


def threshold_of_least_cost(label: Floats, probability: Floats, costs: MistakeCosts) -> float:
    """The threshold whose mistakes have the lowest cost; the lowest threshold when several have it."""
    return min(_THRESHOLDS, key=lambda threshold: _cost(label, probability, threshold, costs))


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
            {"threshold": threshold, "cost_per_row": _cost(label, probability, threshold, costs) / len(label)}
            for threshold in _THRESHOLDS[::4]
        ],
    }


def _cost(label: Floats, probability: Floats, threshold: float, costs: MistakeCosts) -> float:
    missed, alarms, _ = _mistakes(label, probability, threshold)
    return float(costs.total(missed=missed, false_alarms=alarms))


def _mistakes(label: Floats, probability: Floats, threshold: float) -> tuple[int, int, int]:
    actual, predicted = label > 0, probability >= np.float32(threshold)
    return int((actual & ~predicted).sum()), int((~actual & predicted).sum()), int((actual & predicted).sum())


def _points(x_name: str, x: Floats, y_name: str, y: Floats) -> list[Document]:
    chosen = np.unique(np.linspace(0, len(x) - 1, num=min(_CURVE_POINTS, len(x))).round().astype(int))
    return [{x_name: round(float(x[index]), 5), y_name: round(float(y[index]), 5)} for index in chosen]

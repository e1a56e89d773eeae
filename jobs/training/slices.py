"""Metrics per slice of the test rows: every value of the categorical features, and every hour."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from jobs.contracts.goals import MistakeCosts
from jobs.training import evaluation
from jobs.training.data import Samples

Floats = npt.NDArray[np.float32]
Slice = dict[str, Any]

#: The dimension with the hour of the event time in UTC.
HOUR = "hour_utc"
#: A slice with fewer rows is reported but never chosen as the worst, because its metrics are too noisy.
MINIMUM_ROWS = 200


def slices(
    samples: Samples, probability: Floats, *, dimensions: tuple[str, ...], threshold: float, costs: MistakeCosts
) -> list[Slice]:
    """Metrics of each value of the given features and of each hour, with the largest slice of a dimension first."""
    result: list[Slice] = []
    for dimension in (*dimensions, HOUR):
        values = _values(samples, dimension)
        parts = [
            {"dimension": dimension, "value": str(value)}
            | _metrics(samples.label[values == value], probability[values == value], threshold, costs)
            for value in np.unique(values)
        ]
        result.extend(sorted(parts, key=lambda part: -part["rows"]))
    return result


def worst(all_slices: list[Slice]) -> list[Slice]:
    """The slice with the lowest ROC AUC of each dimension, among those with at least `MINIMUM_ROWS` rows."""
    chosen = []
    for dimension in dict.fromkeys(part["dimension"] for part in all_slices):
        ranked = [
            part
            for part in all_slices
            if part["dimension"] == dimension and part["roc_auc"] is not None and part["rows"] >= MINIMUM_ROWS
        ]
        if ranked:
            chosen.append(min(ranked, key=lambda part: float(part["roc_auc"])))
    return chosen


def _values(samples: Samples, dimension: str) -> npt.NDArray[Any]:
    if dimension == HOUR:
        return np.char.zfill(samples.hour.astype(str), 2)
    return np.asarray(pc.fill_null(samples.table[dimension], "(absent)").to_pylist())


def _metrics(label: Floats, probability: Floats, threshold: float, costs: MistakeCosts) -> Slice:
    has_both_classes = label.min() < label.max()
    decided = evaluation.decisions(label, probability, threshold, costs)
    return {
        "rows": len(label),
        "base_rate": float(label.mean()),
        "mean_predicted": float(probability.mean()),
        **(evaluation.ranking(label, probability) if has_both_classes else {"roc_auc": None, "pr_auc": None}),
        **evaluation.losses(label, probability),
        **{name: decided[name] for name in ("precision", "recall", "cost_per_row")},
    }

"""Where the model errs: metrics per carrier, airport, hour, and the worst of each named. Pure."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from jobs.contracts.goals import MistakeCosts
from jobs.training import evaluation
from jobs.training.data import Samples

Floats = npt.NDArray[np.float32]
Slice = dict[str, Any]

#: The hour of the event time; a pipeline whose local hours matter has them as a feature.
HOUR = "hour_utc"
#: Rows below which a slice's metrics are noise; it is shown and never named worst.
MINIMUM_ROWS = 200


def slices(
    samples: Samples, probability: Floats, *, dimensions: tuple[str, ...], threshold: float, costs: MistakeCosts
) -> list[Slice]:
    """Metrics of every value of the given features and of every hour, largest first within a dimension."""
    found: list[Slice] = []
    for dimension in (*dimensions, HOUR):
        values = _values(samples, dimension)
        parts = [
            {"dimension": dimension, "value": str(value)}
            | _metrics(samples.label[values == value], probability[values == value], threshold, costs)
            for value in np.unique(values)
        ]
        found.extend(sorted(parts, key=lambda part: -part["rows"]))
    return found


def worst(found: list[Slice]) -> list[Slice]:
    """The slice of each dimension in which rows are ranked worst, among those with enough rows."""
    chosen = []
    for dimension in dict.fromkeys(part["dimension"] for part in found):
        ranked = [
            part
            for part in found
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
    both = label.min() < label.max()
    decided = evaluation.decisions(label, probability, threshold, costs)
    return {
        "rows": len(label),
        "base_rate": float(label.mean()),
        "mean_predicted": float(probability.mean()),
        **(evaluation.ranking(label, probability) if both else {"roc_auc": None, "pr_auc": None}),
        **evaluation.losses(label, probability),
        **{name: decided[name] for name in ("precision", "recall", "cost_per_row")},
    }

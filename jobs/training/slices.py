"""Metrics per slice of the test rows: every value of the categorical features, and every hour."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from jobs.contracts.metrics import Metric
from jobs.training.data import Samples
from jobs.training.problems.strategy import Choice, Strategy, measured

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Slice = dict[str, Any]

#: The dimension with the hour of the event time in UTC.
HOUR = "hour_utc"


def slices(
    samples: Samples, prediction: Floats, strategy: Strategy, choice: Choice, dimensions: tuple[str, ...]
) -> list[Slice]:
    """Metrics of each value of the given features and of each hour, with the largest slice of a dimension first."""
    measures = strategy.measures(choice)
    result: list[Slice] = []
    for dimension in (*dimensions, HOUR):
        parts = []
        for value, rows in values_of(samples, dimension):
            label, predicted = samples.label[rows], prediction[rows]
            facts = {"dimension": dimension, "value": value, "rows": len(label)}
            parts.append(
                facts | strategy.slice_facts(label, predicted) | measured(measures, label, predicted),
            )
        result.extend(sorted(parts, key=lambda part: -part["rows"]))
    return result


def worst(all_slices: list[Slice], metric: Metric, minimum_rows: int) -> list[Slice]:
    """The slice with the least good value of a metric in each dimension, among those with enough rows."""
    chosen = []
    for dimension in dict.fromkeys(part["dimension"] for part in all_slices):
        ranked = [
            part
            for part in all_slices
            if part["dimension"] == dimension and part[metric.name] is not None and part["rows"] >= minimum_rows
        ]
        if ranked:
            chosen.append(min(ranked, key=lambda part: metric.gain(float(part[metric.name]), 0.0)))
    return chosen


def values_of(samples: Samples, dimension: str) -> Iterator[tuple[str, Mask]]:
    """Each value of a dimension with the mask of its rows."""
    values = _values(samples, dimension)
    for value in np.unique(values):
        yield str(value), values == value


def _values(samples: Samples, dimension: str) -> npt.NDArray[Any]:
    if dimension == HOUR:
        return np.char.zfill(samples.hour.astype(str), 2)
    return np.asarray(pc.fill_null(samples.table[dimension], "(absent)").to_pylist())

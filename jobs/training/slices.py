"""Metrics per slice of the test rows: every value of a category, of a number with few values, and of the hour."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from jobs.contracts.metrics import Metric
from jobs.contracts.model import ModelSpec
from jobs.training.arrow_types import is_text
from jobs.training.data import Samples
from jobs.training.problems.strategy import Choice, Strategy, measured
from jobs.training.transformation import numbers

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Slice = dict[str, Any]

#: The dimension with the hour of the prediction time in UTC.
HOUR = "hour_utc"
#: A numeric feature with more values, such as a temperature, is no dimension; hours and days of the week are.
_MOST_VALUES = 24
_ABSENT = "(absent)"


def slices(samples: Samples, prediction: Floats, strategy: Strategy, choice: Choice, spec: ModelSpec) -> list[Slice]:
    """Metrics of each value of each dimension that has several, with the largest slice of a dimension first."""
    measures = strategy.measures(choice)
    result: list[Slice] = []
    for dimension in (*spec.categorical, *_few_valued(samples, spec), HOUR):
        parts = []
        for value, rows in values_of(samples, dimension):
            label, predicted = samples.label[rows], prediction[rows]
            facts = {"dimension": dimension, "value": value, "rows": len(label)}
            parts.append(facts | strategy.slice_facts(label, predicted) | measured(measures, label, predicted))
        if len(parts) > 1:
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


def _few_valued(samples: Samples, spec: ModelSpec) -> list[str]:
    return [name for name in spec.numeric if len(np.unique(numbers(samples.table, name))) <= _MOST_VALUES]


def _values(samples: Samples, dimension: str) -> npt.NDArray[Any]:
    if dimension == HOUR:
        return np.char.zfill(samples.hour.astype(str), 2)
    column = samples.table[dimension]
    if is_text(column.type):
        return np.asarray(pc.fill_null(column, _ABSENT).to_pylist())
    values, positions = np.unique(numbers(samples.table, dimension), return_inverse=True)
    return np.array([f"{value:g}" if np.isfinite(value) else _ABSENT for value in values])[positions]

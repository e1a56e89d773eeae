"""Metrics per slice of the test rows."""

from typing import Any

import numpy as np
import numpy.typing as npt

from jobs.contracts.metrics import Metric
from jobs.contracts.pipeline import Pipeline
from jobs.training.bootstrap import DayBootstrap
from jobs.training.data import Samples
from jobs.training.dimensions import dimensions
from jobs.training.problems.strategy import Choice, Strategy, measured

Floats = npt.NDArray[np.float32]
Slice = dict[str, Any]


def slices(samples: Samples, prediction: Floats, strategy: Strategy, choice: Choice, pipeline: Pipeline) -> list[Slice]:
    """Metrics of each value or range of each dimension that has several, with the interval of the objective."""
    measures, spec, day = strategy.measures(choice), pipeline.model, samples.day
    result: list[Slice] = []
    for dimension in dimensions(samples, spec, pipeline.partitions.column):
        for part in dimension.parts:
            label, predicted = samples.label[part.rows], prediction[part.rows]
            days = DayBootstrap(day[part.rows])
            facts = {
                "dimension": dimension.name,
                "kind": dimension.kind,
                "value": part.value,
                "rows": len(label),
                "interval": days.interval(measures[spec.objective], label, predicted),
            }
            result.append(facts | strategy.slice_facts(label, predicted) | measured(measures, label, predicted))
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

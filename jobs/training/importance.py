"""Importance of the features of a model: share of gain, and loss of the objective by permutation."""

from typing import Any

import numpy as np
import numpy.typing as npt

from jobs.contracts.metrics import Metric
from jobs.training.data import Samples
from jobs.training.native import NativeModel
from jobs.training.problems.strategy import Strategy

Floats = npt.NDArray[np.float32]
_SAMPLE = 5000
_SEED = 11


def importance(model: NativeModel, test: Samples, strategy: Strategy, metric: Metric) -> list[dict[str, Any]]:
    """Share of the total gain and loss of a metric when the values are shuffled, per feature, largest gain first."""
    generator = np.random.default_rng(_SEED)
    rows = generator.permutation(len(test))[:_SAMPLE]
    matrix, truth = model.transformation.apply(test.table)[rows], test.label[rows]
    gains = model.trainer.gain(model.native, matrix.shape[1])
    measure = strategy.measures()[metric.name]
    base = measure(truth, model.predict_matrix(matrix))
    importances = []
    for feature, columns in model.transformation.features.items():
        share, lost = sum(gains[index] for index in columns), 0.0
        if share > 0 and np.isfinite(base):
            shuffled = matrix.copy()
            shuffled[:, columns] = generator.permutation(matrix[:, columns])
            lost = metric.gain(base, measure(truth, model.predict_matrix(shuffled)))
        importances.append({"feature": feature, "gain": share, "permutation": lost})
    return sorted(importances, key=lambda each: -each["gain"])

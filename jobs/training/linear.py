"""The linear baseline: what a regularised linear model reaches with the same rows and the same transformed features."""

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression, Ridge

from jobs.contracts.metrics import Problem
from jobs.contracts.model import ModelSpec
from jobs.training.algorithms.fitted import Floats, Rows

#: A linear model of some dozen columns learns nothing from more rows.
_MOST_ROWS = 200_000
_SEED = 11
_ITERATIONS = 1000
#: Weighted least squares approach the least absolute error in some steps; more change the error by less than 0.1 %.
_STEPS = 20
_ABSOLUTE_ERRORS = ("mae", "wape")


class LinearModel:
    """A ridge regression, a logistic or a multinomial model, whose columns have the same scale."""

    def __init__(self, spec: ModelSpec, training: Rows) -> None:
        matrix, label = (part[_chosen(len(training[1]))] for part in training)
        self._classes = len(spec.classes)
        self._mean = matrix.mean(axis=0, dtype=np.float64)
        scale = matrix.std(axis=0, dtype=np.float64)
        self._scale = np.where(scale > 0, scale, 1.0)
        self._model = LogisticRegression(max_iter=_ITERATIONS) if spec.problem is not Problem.REGRESSION else Ridge()
        self._model.fit(self._scaled(matrix), label)
        if spec.objective in _ABSOLUTE_ERRORS:
            self._fit_absolute(matrix, label)

    def predict(self, matrix: Floats) -> Floats:
        """The probability of class 1, the probability of each class, or the number."""
        scaled = self._scaled(matrix)
        if isinstance(self._model, Ridge):
            return np.asarray(self._model.predict(scaled), dtype=np.float32)
        probabilities = np.asarray(self._model.predict_proba(scaled), dtype=np.float32)
        if not self._classes:
            return probabilities[:, 1]
        each = np.zeros((len(matrix), self._classes), dtype=np.float32)
        each[:, self._model.classes_.astype(np.int64)] = probabilities
        return each

    def _fit_absolute(self, matrix: Floats, label: Floats) -> None:
        """Minimise the absolute error: rows weigh the less, the farther they are from their prediction."""
        scaled = self._scaled(matrix)
        for _ in range(_STEPS):
            distance = np.abs(label - self._model.predict(scaled))
            least = max(float(np.median(distance)) / 1000, float(np.finfo(np.float32).tiny))
            self._model.fit(scaled, label, sample_weight=1 / np.maximum(distance, least))

    def _scaled(self, matrix: Floats) -> npt.NDArray[np.float64]:
        scaled: npt.NDArray[np.float64] = (matrix - self._mean) / self._scale
        return scaled


def _chosen(rows: int) -> npt.NDArray[np.int64]:
    if rows <= _MOST_ROWS:
        return np.arange(rows)
    return np.sort(np.random.default_rng(_SEED).choice(rows, _MOST_ROWS, replace=False))

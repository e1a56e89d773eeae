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
    """A ridge regression, a logistic or a multinomial model, whose columns have the same scale.

    `absent` has the value that stands for an absent number in each column of the matrix, NaN where there is none. Trees
    separate such a value; here an absent number is the mean of its column, and a further column says that it is absent.
    """

    def __init__(self, spec: ModelSpec, training: Rows, absent: Floats) -> None:
        matrix, label = (part[_chosen(len(training[1]))] for part in training)
        self._classes, self._absent = len(spec.classes), absent
        known = ~self._is_absent(matrix)
        count = np.maximum(known.sum(axis=0), 1)
        self._mean = np.where(known, matrix, 0.0).sum(axis=0, dtype=np.float64) / count
        deviation = np.where(known, matrix - self._mean, 0.0)
        scale = np.sqrt((deviation**2).sum(axis=0) / count)
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
        absent = self._is_absent(matrix)
        scaled = np.where(absent, 0.0, (matrix - self._mean) / self._scale)
        return np.hstack([scaled, absent[:, np.isfinite(self._absent)]])

    def _is_absent(self, matrix: Floats) -> npt.NDArray[np.bool_]:
        is_absent: npt.NDArray[np.bool_] = matrix == self._absent
        return is_absent


def _chosen(rows: int) -> npt.NDArray[np.int64]:
    if rows <= _MOST_ROWS:
        return np.arange(rows)
    return np.sort(np.random.default_rng(_SEED).choice(rows, _MOST_ROWS, replace=False))

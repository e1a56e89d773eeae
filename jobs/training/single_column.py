"""Predictions from a single feature: the mean label of each of its values in training."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jobs.contracts.columns import TEST, TRAIN
from jobs.training.arrow_types import is_text
from jobs.training.data import Samples
from jobs.training.problems.measures import Doubles, Floats
from jobs.training.problems.strategy import Strategy
from jobs.training.transformation import numbers

Codes = npt.NDArray[np.int64]

#: Numbers with more values are grouped into this many groups of about the same number of rows.
_GROUPS = 100
#: A row with the mean label of all is added to each value, so that a value of a single row is not certain.
_SMOOTHING = 1.0


@dataclass(frozen=True)
class SingleColumn:
    """What a feature alone, or only whether it is absent, predicts for the test rows."""

    feature: str
    only_absence: bool
    prediction: Floats


def single_columns(
    samples: Mapping[str, Samples], features: tuple[str, ...], strategy: Strategy
) -> Iterator[SingleColumn]:
    """The predictions of each feature, and of the absence of each that is absent in some training rows."""
    train, test = samples[TRAIN], samples[TEST]
    targets = np.stack(list(strategy.targets(train.label).values()), axis=1).astype(np.float64)
    for feature in features:
        codes = _codes(train.table, test.table, feature)
        yield SingleColumn(feature, False, _predict(*codes, targets))
        absent = tuple((each == 0).astype(np.int64) for each in codes)
        if absent[0].any() and not absent[0].all():
            yield SingleColumn(feature, True, _predict(absent[0], absent[1], targets))


def _predict(train: Codes, test: Codes, targets: Doubles) -> Floats:
    size, overall = int(max(train.max(), test.max())) + 1, targets.mean(axis=0)
    rows = np.bincount(train, minlength=size)
    sums = np.stack([np.bincount(train, weights=each, minlength=size) for each in targets.T], axis=1)
    means = (sums + _SMOOTHING * overall) / (rows + _SMOOTHING)[:, None]
    prediction: Floats = means[test].astype(np.float32)
    return prediction[:, 0] if prediction.shape[1] == 1 else prediction


def _codes(train: pa.Table, test: pa.Table, feature: str) -> tuple[Codes, Codes]:
    """The group of each row; 0 is absent."""
    if is_text(train[feature].type):
        values = pc.drop_null(pc.unique(train[feature]))
        return _positions(train[feature], values), _positions(test[feature], values)
    learnt, later = numbers(train, feature), numbers(test, feature)
    finite = learnt[np.isfinite(learnt)]
    limits = np.unique(finite)
    if len(limits) > _GROUPS:
        limits = np.unique(np.quantile(finite, np.linspace(0, 1, _GROUPS + 1)[1:-1], method="higher"))
    return _grouped(learnt, limits), _grouped(later, limits)


def _positions(column: pa.ChunkedArray, values: pa.Array) -> Codes:
    """The position of each value, one beyond for an unknown value, and 0 where it is absent."""
    known = pc.fill_null(pc.index_in(column, value_set=values), len(values))
    codes: Codes = pc.if_else(pc.is_valid(column), pc.add(known, 1), 0).to_numpy().astype(np.int64)
    return codes


def _grouped(values: Floats, limits: Floats) -> Codes:
    return np.where(np.isfinite(values), np.searchsorted(limits, values, side="right") + 1, 0).astype(np.int64)

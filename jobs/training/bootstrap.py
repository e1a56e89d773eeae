"""Intervals by a block bootstrap over days."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from jobs.contracts.goals import CONFIDENT_DAYS
from jobs.training.problems.measures import Blocks, Doubles, Floats, Measure
from jobs.training.problems.strategy import Days

Interval = tuple[float, float]

_RESAMPLES = 200
_QUANTILES = (0.025, 0.975)
_SEED = 13


class DayBootstrap:
    """The rows of some days, of which whole days are drawn because rows of one day resemble each other.

    Two metrics of the same rows are measured on the same draws, so their difference has an interval too.
    """

    def __init__(self, day: Days) -> None:
        days, position = np.unique(day, return_inverse=True)
        self._blocks = Blocks(position.astype(np.int64), len(days))

    def value(self, measure: Measure, label: Floats, prediction: Floats) -> float:
        """The value for all rows."""
        every = np.ones((1, self._blocks.count))
        return float(measure.resampled(label, prediction, self._blocks, every)[0])

    def draws(self, measure: Measure, label: Floats, prediction: Floats) -> Doubles:
        """The value of each resample; none with fewer than `CONFIDENT_DAYS` days, which say too little about others."""
        if self._blocks.count < CONFIDENT_DAYS:
            return np.empty(0)
        return measure.resampled(label, prediction, self._blocks, _counts(self._blocks.count))

    def interval(self, measure: Measure, label: Floats, prediction: Floats) -> Interval | None:
        """The 95% interval of a metric."""
        return interval(self.draws(measure, label, prediction))


def interval(draws: Doubles) -> Interval | None:
    """The range of the middle 95 % of the draws; None if there are none or no draw has a value."""
    defined = draws[np.isfinite(draws)]
    if not len(defined):
        return None
    low, high = np.quantile(defined, _QUANTILES)
    return float(low), float(high)


def paired(difference: Callable[[float, float], float], draws: Doubles, others: Doubles) -> Doubles:
    """The difference of two metrics of the same rows on each draw."""
    return np.array([difference(value, other) for value, other in zip(draws, others, strict=True)])


@lru_cache(maxsize=64)
def _counts(days: int) -> npt.NDArray[np.float64]:
    """How often each resample (rows) has each day (columns); the same for every metric of the same days."""
    drawn = np.random.default_rng(_SEED).integers(0, days, size=(_RESAMPLES, days))
    return np.stack([np.bincount(each, minlength=days) for each in drawn]).astype(np.float64)

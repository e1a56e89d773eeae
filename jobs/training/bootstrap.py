"""Intervals by a block bootstrap over days."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from jobs.contracts.goals import CONFIDENT_DAYS
from jobs.training.problems.strategy import Days

_RESAMPLES = 200
_QUANTILES = (0.025, 0.975)
_SEED = 13

#: A number that follows from some rows, given by position.
Statistic = Callable[[npt.NDArray[np.int64]], float]


def interval(statistic: Statistic, day: Days) -> tuple[float, float] | None:
    """The 95 % interval of a statistic; None with fewer than `CONFIDENT_DAYS` days, which say too little about others.

    Rows of one day resemble each other, so whole days are drawn. Every call draws the same days.
    """
    order = np.argsort(day, kind="stable")
    _, starts = np.unique(day[order], return_index=True)
    if len(starts) < CONFIDENT_DAYS:
        return None
    blocks = np.split(order, starts[1:])
    generator = np.random.default_rng(_SEED)
    values = []
    for _ in range(_RESAMPLES):
        drawn = generator.integers(0, len(blocks), size=len(blocks))
        values.append(statistic(np.concatenate([blocks[index] for index in drawn])))
    defined = [value for value in values if np.isfinite(value)]
    if not defined:
        return None
    low, high = np.quantile(defined, _QUANTILES)
    return float(low), float(high)

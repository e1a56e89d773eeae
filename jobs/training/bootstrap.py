"""The interval of a metric by a block bootstrap over days."""

import numpy as np

from jobs.contracts.goals import CONFIDENT_DAYS
from jobs.training.problems.strategy import Days, Floats, Measure

_RESAMPLES = 200
_QUANTILES = (0.025, 0.975)
_SEED = 13


def interval(measure: Measure, label: Floats, prediction: Floats, day: Days) -> tuple[float, float] | None:
    """The 95 % interval of a metric; None with fewer than `CONFIDENT_DAYS` days, which say too little about others.

    Rows of one day resemble each other, so whole days are drawn.
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
        rows = np.concatenate([blocks[index] for index in drawn])
        values.append(measure(label[rows], prediction[rows]))
    defined = [value for value in values if np.isfinite(value)]
    if not defined:
        return None
    low, high = np.quantile(defined, _QUANTILES)
    return float(low), float(high)

"""Metrics that are computed for many resamples of the same rows at once.

A resample repeats some blocks of rows, such as days, and leaves others out. What it needs of the rows, such as their
sums per block, is computed once.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Terms = Callable[[Floats, Floats], Doubles]


@dataclass(frozen=True)
class Blocks:
    """The block of each row, by its position among all blocks."""

    position: Whole
    count: int

    def totals(self, values: Doubles) -> Doubles:
        """The sum of a value in each block, as a column."""
        totals: Doubles = np.bincount(self.position, weights=values, minlength=self.count).astype(np.float64)
        return totals[:, None]

    def table(self, cell: Whole, cells: int, values: Doubles | None = None) -> Doubles:
        """The sum of a value, or the number of rows, in each block (rows) and cell (columns)."""
        total = np.bincount(self.position * cells + cell, weights=values, minlength=self.count * cells)
        return total.reshape(self.count, cells).astype(np.float64)


class Measure(ABC):
    """A metric of predictions, given labels and predictions; NaN where it is undefined."""

    def __call__(self, label: Floats, prediction: Floats) -> float:
        """The value for all rows."""
        whole = Blocks(np.zeros(len(label), dtype=np.int64), 1)
        return float(self.resampled(label, prediction, whole, np.ones((1, 1)))[0])

    @abstractmethod
    def resampled(self, label: Floats, prediction: Floats, blocks: Blocks, counts: Doubles) -> Doubles:
        """The value for each resample; `counts` says how often each of them (rows) has each block (columns)."""


@dataclass(frozen=True)
class Additive(Measure):
    """A metric that follows from sums over rows."""

    totals: Callable[[Floats, Floats, Blocks], Doubles]
    """The sums of each block, a column per sum."""
    value: Callable[[Doubles], Doubles]
    """The metric of each row of sums."""

    def resampled(self, label: Floats, prediction: Floats, blocks: Blocks, counts: Doubles) -> Doubles:
        """The metric of the sums of each resample."""
        return self.value(counts @ self.totals(label, prediction, blocks))


def ratio_of(numerator: Terms, denominator: Terms) -> Additive:
    """The sum of one value over the rows as a share of the sum of another."""
    return Additive(
        lambda label, prediction, blocks: np.hstack(
            [blocks.totals(terms(label, prediction)) for terms in (numerator, denominator)]
        ),
        lambda sums: share(sums[:, 0], sums[:, 1]),
    )


def mean_of(terms: Terms) -> Additive:
    """The mean of a value over the rows."""
    return ratio_of(terms, lambda label, _: np.ones(len(label)))


def share(part: Doubles, whole: Doubles, undefined: float = np.nan) -> Doubles:
    """The quotient, or another value where the denominator is 0."""
    return np.divide(part, whole, out=np.full(np.shape(whole), undefined, dtype=np.float64), where=whole != 0)


@dataclass(frozen=True)
class WithinBlocks(Measure):
    """The mean over blocks of a metric in each block, so that what separates the blocks does not count.

    Blocks weigh by their rows; those in which the metric is undefined are left out.
    """

    measure: Measure

    def resampled(self, label: Floats, prediction: Floats, blocks: Blocks, counts: Doubles) -> Doubles:
        """The mean over the blocks of each resample."""
        order = np.argsort(blocks.position, kind="stable")
        limits = np.searchsorted(blocks.position[order], np.arange(1, blocks.count))
        values = np.array([self.measure(label[rows], prediction[rows]) for rows in np.split(order, limits)])
        weights = np.where(np.isfinite(values), np.bincount(blocks.position, minlength=blocks.count), 0.0)
        return share(counts @ (np.nan_to_num(values) * weights), counts @ weights)

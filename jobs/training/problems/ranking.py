"""Metrics of how well a probability orders rows of class 1 before rows of class 0, for many resamples at once."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobs.training.problems.measures import Blocks, Doubles, Floats, Measure, Whole, share

#: Rows times resamples that are held in memory at once.
_CELLS = 2_000_000


@dataclass(frozen=True)
class RocAuc(Measure):
    """The area under the ROC curve: the share of pairs of a row of each class that are in the right order.

    The pairs are counted once for every pair of blocks. A resample weighs them by how often it has both blocks.
    """

    def resampled(self, label: Floats, prediction: Floats, blocks: Blocks, counts: Doubles) -> Doubles:
        """The area of each resample; NaN with a single class."""
        positive = label > 0
        order = np.argsort(prediction[positive], kind="stable")
        found, block = prediction[positive][order], blocks.position[positive][order]
        others, sizes = _by_block(prediction[~positive], Blocks(blocks.position[~positive], blocks.count))
        right = np.zeros((blocks.count, blocks.count))
        for index, other in enumerate(others):
            if len(other):
                # A tie counts half: it is right from one side only.
                wins = np.searchsorted(other, found, "left") + np.searchsorted(other, found, "right")
                right[:, index] = np.bincount(block, weights=wins / 2, minlength=blocks.count)
        rows = np.bincount(block, minlength=blocks.count).astype(np.float64)
        return share(((counts @ right) * counts).sum(axis=1), (counts @ rows) * (counts @ sizes))


@dataclass(frozen=True)
class AveragePrecision(Measure):
    """The area under the precision-recall curve: each precision weighs by the recall that it adds."""

    def resampled(self, label: Floats, prediction: Floats, blocks: Blocks, counts: Doubles) -> Doubles:
        """The area of each resample, from one ordering of the rows; NaN with a single class."""
        order = np.argsort(-prediction, kind="stable")
        ranked, position = prediction[order], blocks.position[order]
        last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
        positive = label[order] > 0
        results = [_average(part[:, position], positive, last) for part in _parts(counts, len(label))]
        return np.concatenate(results)


def _by_block(values: Floats, blocks: Blocks) -> tuple[list[Floats], Doubles]:
    """The sorted values of each block, and how many there are."""
    order = np.lexsort((values, blocks.position))
    sizes = np.bincount(blocks.position, minlength=blocks.count)
    return np.split(values[order], np.cumsum(sizes)[:-1]), sizes.astype(np.float64)


def _average(weights: Doubles, positive: npt.NDArray[np.bool_], last: Whole) -> Doubles:
    found, every = np.cumsum(weights * positive, axis=1)[:, last], np.cumsum(weights, axis=1)[:, last]
    added = np.diff(found, axis=1, prepend=0.0)
    both = (found[:, -1] > 0) & (found[:, -1] < every[:, -1])
    area = (added * share(found, every, 0.0)).sum(axis=1)
    return share(area, np.where(both, found[:, -1], 0.0))


def _parts(counts: Doubles, rows: int) -> Iterator[Doubles]:
    size = max(1, _CELLS // max(rows, 1))
    yield from (counts[start : start + size] for start in range(0, len(counts), size))

"""Target encoding: a category becomes the mean label of its rows in training.

A training row must not be encoded with its own label: a category with few rows would tell the label, and the model
would trust it. So a training row gets the mean of the earlier days, which is also what is known of a category when a
model is used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Floats = npt.NDArray[np.float32]
_Doubles = npt.NDArray[np.float64]
_Codes = npt.NDArray[np.int64]

#: The category that replaces a null, here and in requests to the server.
MISSING_CATEGORY = ""
#: The most categories of a column that have a mean of their own, those with the most rows: about 150 kB of the model.
#: The others are encoded like unseen ones. A column with more of them names single things rather than kinds of things.
MOST_CATEGORIES = 5_000
#: Weight of the overall mean in the mean of a category, in rows.
_SMOOTHING = 20.0


@dataclass(frozen=True)
class Categories:
    """The values of a column as positions in the list of its categories."""

    names: list[str]
    codes: _Codes

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> "Categories":
        """The categories of a column of strings."""
        encoded = filled(column).combine_chunks().dictionary_encode()
        return cls(encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int64))

    def encoded(self, values: Mapping[str, float], otherwise: float) -> Floats:
        """The value of each row's category."""
        by_code = np.array([values.get(name, otherwise) for name in self.names], dtype=np.float32)
        return by_code[self.codes] if self.names else np.empty(0, dtype=np.float32)

    def means(self, target: Floats) -> dict[str, float]:
        """The smoothed mean target of the most frequent categories."""
        rows = np.bincount(self.codes, minlength=len(self.names))
        totals = np.bincount(self.codes, weights=target, minlength=len(self.names))
        means = _smoothed(totals, rows, target).astype(np.float32)
        frequent = np.argsort(-rows, kind="stable")[:MOST_CATEGORIES]
        return dict(sorted((self.names[code], float(means[code])) for code in frequent))

    def means_of_earlier_days(self, target: Floats, day: npt.NDArray[np.int64]) -> Floats:
        """The smoothed mean target, for each row, of the rows of its category on earlier days."""
        order = np.lexsort((day, self.codes))
        codes, days, values = self.codes[order], day[order], target[order].astype(np.float64)
        new_category = np.diff(codes, prepend=-1) != 0
        new_day = new_category | (np.diff(days, prepend=0) != 0)
        total_before = np.cumsum(values) - values
        position = np.arange(len(codes))
        first_of_category = np.maximum.accumulate(np.where(new_category, position, 0))
        first_of_day = np.maximum.accumulate(np.where(new_day, position, 0))
        totals = total_before[first_of_day] - total_before[first_of_category]
        means = np.empty(len(codes), dtype=np.float32)
        means[order] = _smoothed(totals, first_of_day - first_of_category, target)
        return means


def filled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A categorical column with nulls replaced by `MISSING_CATEGORY`."""
    return pc.fill_null(column, MISSING_CATEGORY)


def _smoothed(totals: npt.NDArray[Any], rows: _Codes, target: Floats) -> _Doubles:
    """The means of groups of rows, drawn towards the mean of all targets."""
    overall = float(target.mean(dtype=np.float64))
    means: _Doubles = (totals + _SMOOTHING * overall) / (rows + _SMOOTHING)
    return means

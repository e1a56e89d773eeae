"""Transformation of raw features to the float32 matrix that the model reads, fitted on training rows only.

Every step is elementary float32 arithmetic for which `onnx_export` has the same ONNX operators, so that equal inputs
give equal matrices.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from jobs.contracts.model import ModelSpec
from jobs.training.target_encoding import Categories

Floats = npt.NDArray[np.float32]

#: Limit of standardised values, in standard deviations, which prevents overflow.
LIMIT = np.float32(100.0)


@dataclass(frozen=True, kw_only=True)
class NumericColumn:
    """A numeric feature: `fill` replaces absent values, then the column is standardised with `mean` and `scale`."""

    name: str
    fill: float
    has_absent: bool
    """Whether training had absent values, so that `fill` lies below all others."""
    mean: float
    scale: float


@dataclass(frozen=True, kw_only=True)
class CategoricalColumn:
    """A categorical feature: the mean label of frequent categories in training, and of all rows for all others.

    For a multiclass problem there is such a column for each class, with the share of the class as mean label.
    """

    name: str
    output: str
    """The column of the matrix."""
    values: dict[str, float]
    unseen: float


@dataclass(frozen=True, kw_only=True)
class Transformation:
    """The parameters of the transformation, fitted on training rows."""

    numeric: tuple[NumericColumn, ...]
    categorical: tuple[CategoricalColumn, ...]

    @property
    def features(self) -> dict[str, list[int]]:
        """The columns of the matrix, by position, that each feature has."""
        names = (*(column.name for column in self.numeric), *(column.name for column in self.categorical))
        return {name: [index for index, each in enumerate(names) if each == name] for name in names}

    @property
    def absent(self) -> Floats:
        """The value of an absent number in each column of the matrix; NaN if training had none and for categories."""
        unknown = np.full(1, np.nan, dtype=np.float32)
        fills = (_standardised(unknown, column)[0] if column.has_absent else np.nan for column in self.numeric)
        return np.array([*fills, *(np.nan for _ in self.categorical)], dtype=np.float32)

    def apply(self, table: pa.Table) -> Floats:
        """The matrix of the features in a table, with one row per table row."""
        columns = {name: Categories.of(table[name]) for name in dict.fromkeys(each.name for each in self.categorical)}
        encodings = [columns[each.name].encoded(each.values, each.unseen) for each in self.categorical]
        matrix: Floats = np.column_stack([*self.standardised(table), *encodings])
        return matrix

    def standardised(self, table: pa.Table) -> list[Floats]:
        """The numeric columns of the matrix."""
        return [_standardised(numbers(table, column.name), column) for column in self.numeric]

    def to_document(self) -> dict[str, Any]:
        """The parameters as a JSON document, for the model archive."""
        return asdict(self)


def fit(
    table: pa.Table, targets: Mapping[str, Floats], day: npt.NDArray[np.int64], spec: ModelSpec
) -> tuple[Transformation, Floats]:
    """Fit fill values, scales and encodings on training rows, and give the matrix on which a model is fitted.

    `targets` has the label, or an indicator of each class; its names are appended to those of the columns that encode
    categories by its mean. The matrix encodes a category by the means of earlier days, `Transformation.apply` by those
    of all days.
    """
    numeric = tuple(_fit_numeric(name, numbers(table, name)) for name in spec.numeric)
    categorical, encodings = [], []
    for name in spec.categorical:
        column = Categories.of(table[name])
        for suffix, target in targets.items():
            values, unseen = column.means(target), float(np.float32(target.mean(dtype=np.float64)))
            categorical.append(CategoricalColumn(name=name, output=f"{name}{suffix}", values=values, unseen=unseen))
            known = column.encoded(dict.fromkeys(values, 1.0), 0.0) > 0
            earlier = column.means_of_earlier_days(target, day)
            encodings.append(np.where(known, earlier, np.float32(unseen)))
    transformation = Transformation(numeric=numeric, categorical=tuple(categorical))
    return transformation, np.column_stack([*transformation.standardised(table), *encodings])


def numbers(table: pa.Table, name: str) -> Floats:
    """A numeric column; null becomes NaN."""
    values: Floats = table[name].to_numpy().astype(np.float32)
    return values


def _fit_numeric(name: str, values: Floats) -> NumericColumn:
    present = values[np.isfinite(values)].astype(np.float64)
    mean, scale = (present.mean(), present.std()) if len(present) else (0.0, 1.0)
    usable = np.isfinite(np.float32(scale)) and np.float32(scale) > 0
    has_absent = len(present) < len(values)
    return NumericColumn(
        name=name,
        fill=float(np.float32(_fill(present, absent=has_absent))),
        has_absent=has_absent,
        mean=float(np.float32(mean)),
        scale=float(np.float32(scale)) if usable else 1.0,
    )


def _fill(present: npt.NDArray[np.float64], *, absent: bool) -> float:
    """A value below all others if training has absent values, so that trees can separate them; else the median."""
    if not len(present):
        return 0.0
    return float(present.min() - present.std() if absent else np.median(present))


def _standardised(values: Floats, column: NumericColumn) -> Floats:
    filled = np.where(np.isfinite(values), values, np.float32(column.fill))
    with np.errstate(over="ignore"):
        scaled = (filled - np.float32(column.mean)) / np.float32(column.scale)
    return np.clip(scaled, -LIMIT, LIMIT)

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
import pyarrow.compute as pc

from jobs.contracts.model import ModelSpec

Floats = npt.NDArray[np.float32]

#: The category that replaces a null, here and in requests to the server.
MISSING_CATEGORY = ""
#: Limit of standardised values, in standard deviations, which prevents overflow.
LIMIT = np.float32(100.0)
#: Weight of the overall mean in the mean of a category, in rows.
_SMOOTHING = 20.0


@dataclass(frozen=True, kw_only=True)
class NumericColumn:
    """A numeric feature: `fill` replaces absent values, then the column is standardised with `mean` and `scale`."""

    name: str
    fill: float
    mean: float
    scale: float


@dataclass(frozen=True, kw_only=True)
class CategoricalColumn:
    """A categorical feature: the mean label of each category in training, and of all rows for unseen categories.

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
    def output_names(self) -> tuple[str, ...]:
        """The columns of the matrix: numeric features, then categorical features."""
        return (*(column.name for column in self.numeric), *(column.output for column in self.categorical))

    @property
    def features(self) -> dict[str, list[int]]:
        """The columns of the matrix, by position, that each feature has."""
        names = (*(column.name for column in self.numeric), *(column.name for column in self.categorical))
        return {name: [index for index, each in enumerate(names) if each == name] for name in names}

    def apply(self, table: pa.Table) -> Floats:
        """The matrix of the features in a table, with one row per table row."""
        count, rows = len(self.numeric), len(table)
        matrix = np.empty((rows, len(self.output_names)), dtype=np.float32)
        for index, column in enumerate(self.numeric):
            matrix[:, index] = _standardised(numbers(table, column.name), column)
        for index, encoded in enumerate(self.categorical, start=count):
            matrix[:, index] = _encoded(table[encoded.name], encoded)
        return matrix

    def to_document(self) -> dict[str, Any]:
        """The parameters as a JSON document, for the model archive."""
        return asdict(self)


def fit(table: pa.Table, targets: Mapping[str, Floats], spec: ModelSpec) -> Transformation:
    """Fit fill values, scales and encodings on training rows; `targets` has the label, or an indicator of each class.

    The name of a target is appended to the names of the columns that encode categories by its mean.
    """
    return Transformation(
        numeric=tuple(_fit_numeric(name, numbers(table, name)) for name in spec.numeric),
        categorical=tuple(
            _fit_categorical(name, f"{name}{suffix}", table[name], target)
            for name in spec.categorical
            for suffix, target in targets.items()
        ),
    )


def numbers(table: pa.Table, name: str) -> Floats:
    """A numeric column; null becomes NaN."""
    values: Floats = table[name].to_numpy().astype(np.float32)
    return values


def categories(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A categorical column with nulls replaced by `MISSING_CATEGORY`."""
    return pc.fill_null(column, MISSING_CATEGORY)


def _fit_numeric(name: str, values: Floats) -> NumericColumn:
    present = values[np.isfinite(values)].astype(np.float64)
    mean, scale = (present.mean(), present.std()) if len(present) else (0.0, 1.0)
    usable = np.isfinite(np.float32(scale)) and np.float32(scale) > 0
    return NumericColumn(
        name=name,
        fill=float(np.float32(_fill(present, absent=len(present) < len(values)))),
        mean=float(np.float32(mean)),
        scale=float(np.float32(scale)) if usable else 1.0,
    )


def _fill(present: npt.NDArray[np.float64], *, absent: bool) -> float:
    """A value below all others if training has absent values, so that trees can separate them; else the median."""
    if not len(present):
        return 0.0
    return float(present.min() - present.std() if absent else np.median(present))


def _fit_categorical(name: str, output: str, column: pa.ChunkedArray, target: Floats) -> CategoricalColumn:
    encoded = categories(column).combine_chunks().dictionary_encode()
    codes = encoded.indices.to_numpy()
    names = encoded.dictionary.to_pylist()
    rows = np.bincount(codes, minlength=len(names))
    totals = np.bincount(codes, weights=target, minlength=len(names))
    overall = float(target.mean())
    means = ((totals + _SMOOTHING * overall) / (rows + _SMOOTHING)).astype(np.float32)
    values = {category: float(mean) for category, mean in sorted(zip(names, means, strict=True))}
    return CategoricalColumn(name=name, output=output, values=values, unseen=float(np.float32(overall)))


def _standardised(values: Floats, column: NumericColumn) -> Floats:
    filled = np.where(np.isfinite(values), values, np.float32(column.fill))
    with np.errstate(over="ignore"):
        scaled = (filled - np.float32(column.mean)) / np.float32(column.scale)
    return np.clip(scaled, -LIMIT, LIMIT)


def _encoded(column: pa.ChunkedArray, encoding: CategoricalColumn) -> Floats:
    codes = categories(column).combine_chunks().dictionary_encode()
    means = np.array(
        [encoding.values.get(category, encoding.unseen) for category in codes.dictionary.to_pylist()], dtype=np.float32
    )
    return means[codes.indices.to_numpy()] if len(means) else np.empty(0, dtype=np.float32)

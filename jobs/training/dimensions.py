"""Dimensions by which test rows are divided into slices: features, the hour, and the partition."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jobs.contracts.model import ModelSpec
from jobs.training.arrow_types import is_text
from jobs.training.data import Samples
from jobs.training.transformation import numbers

Mask = npt.NDArray[np.bool_]

#: The dimension with the hour of the prediction time in UTC.
HOUR = "hour_utc"
ABSENT = "(absent)"
VALUE, RANGE = "value", "range"

#: A number with more values, such as a temperature, is cut at its quintiles; hours and days of the week are not.
_MOST_NUMBERS = 24
#: A dimension with more values shows the largest ones and the rest as one.
_MOST_VALUES = 50
_QUINTILES = (0.2, 0.4, 0.6, 0.8)
#: Significant digits of limits; more where limits would read alike.
_DIGITS = (3, 6, 9)


@dataclass(frozen=True)
class Part:
    """The rows with one value of a dimension, or in one of its ranges."""

    value: str
    rows: Mask


@dataclass(frozen=True)
class Dimension:
    """A dimension with its parts: values with the largest first, or ranges in ascending order."""

    name: str
    kind: str
    parts: tuple[Part, ...]


def dimensions(samples: Samples, spec: ModelSpec, partition_column: str) -> Iterator[Dimension]:
    """The dimensions that divide the rows: all features, the hour, and the partition."""
    for name in (*spec.categorical, *spec.numeric, HOUR, partition_column):
        dimension = _dimension(samples, name, partition_column)
        if len(dimension.parts) > 1:
            yield dimension


def values_of(samples: Samples, name: str, partition_column: str) -> tuple[Part, ...]:
    """Every value of a categorical feature or of the partition column, the largest first."""
    return _by_value(_labels(samples, name, partition_column))


def _dimension(samples: Samples, name: str, partition_column: str) -> Dimension:
    if name in samples.table.column_names and not is_text(samples.table[name].type):
        values = numbers(samples.table, name)
        distinct = np.unique(values[np.isfinite(values)])
        if len(distinct) > _MOST_NUMBERS:
            return Dimension(name, RANGE, _ranges(values))
    return Dimension(name, VALUE, _bounded(_by_value(_labels(samples, name, partition_column))))


def _labels(samples: Samples, name: str, partition_column: str) -> pa.Array:
    if name == HOUR:
        return pa.array(np.char.zfill(samples.hour.astype(str), 2))
    if name == partition_column:
        return pa.array(samples.partition)
    column = samples.table[name]
    if is_text(column.type):
        return pc.fill_null(column, ABSENT).combine_chunks()
    values, positions = np.unique(numbers(samples.table, name), return_inverse=True)
    texts = [f"{value:g}" if np.isfinite(value) else ABSENT for value in values]
    return pa.array(np.array(texts)[positions])


def _by_value(labels: pa.Array) -> tuple[Part, ...]:
    encoded = labels.dictionary_encode()
    codes = encoded.indices.to_numpy()
    parts = [Part(str(value), codes == code) for code, value in enumerate(encoded.dictionary.to_pylist())]
    return tuple(sorted(parts, key=lambda part: (-int(part.rows.sum()), part.value)))


def _bounded(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    if len(parts) <= _MOST_VALUES:
        return parts
    rest = parts[_MOST_VALUES:]
    other = np.logical_or.reduce([part.rows for part in rest])
    return (*parts[:_MOST_VALUES], Part(f"(other: {len(rest)} values)", other))


def _ranges(values: npt.NDArray[np.float32]) -> tuple[Part, ...]:
    """The rows between the quintiles, and those without a value; a limit belongs to the range that it begins."""
    finite = np.isfinite(values)
    limits = np.unique(np.quantile(values[finite], _QUINTILES, method="higher"))
    position = np.searchsorted(limits, values, side="right")
    ranges = [Part(name, finite & (position == index)) for index, name in enumerate(_names(limits))]
    return tuple(part for part in (*ranges, Part(ABSENT, ~finite)) if part.rows.any())


def _names(limits: npt.NDArray[np.float32]) -> list[str]:
    for digits in _DIGITS:
        texts = [f"{limit:.{digits}g}" if abs(limit) < 10**digits else f"{limit:.0f}" for limit in limits]
        if len(set(texts)) == len(texts):
            break
    middle = [f"{low} to {high}" for low, high in pairwise(texts)]
    return [f"below {texts[0]}", *middle, f"{texts[-1]} and more"]

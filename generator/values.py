"""What the values of a column are: whole numbers, numbers with a point or a comma, or texts."""

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from jobs.contracts.tables import ColumnType

_WHOLE = re.compile(r"-?(0|[1-9]\d*)")
_POINT = re.compile(r"-?\d+\.\d*([eE][+-]?\d+)?|-?\d+[eE][+-]?\d+")
_COMMA = re.compile(r"-?\d+,\d+")
_ABSENT = ("NA", "N/A", "n/a", "NULL", "null", "None", "NaN", "nan", "-", "?")
_LARGEST_INT, _LARGEST_BIGINT = 2**31, 2**63


class Kind(StrEnum):
    """The kind of the values of a column."""

    WHOLE = "whole"
    NUMBER = "number"
    COMMA = "comma"
    """Numbers with a decimal comma, which Spark reads as texts."""
    TEXT = "text"


@dataclass(frozen=True, kw_only=True)
class Values:
    """The values of one column: their kind, range and distinct texts."""

    kind: Kind
    distinct: frozenset[str]
    """Without absent values."""
    absent: int
    minimum: float | None = None
    maximum: float | None = None

    @property
    def is_number(self) -> bool:
        """Whether a model can read the values as numbers."""
        return self.kind is not Kind.TEXT

    @property
    def raw_type(self) -> ColumnType:
        """The type in which the landed values are read."""
        if self.kind is Kind.WHOLE:
            largest = max(abs(self.minimum or 0), abs(self.maximum or 0))
            return ColumnType.INT if largest < _LARGEST_INT // 2 else ColumnType.BIGINT
        return ColumnType.DOUBLE if self.kind is Kind.NUMBER else ColumnType.STRING

    @property
    def limits(self) -> tuple[float, float] | None:
        """The range with a margin of half its width on each side; it does not pass 0 if no value does."""
        if self.raw_type is ColumnType.STRING or self.minimum is None or self.maximum is None:
            return None
        margin = (self.maximum - self.minimum) / 2 or abs(self.minimum) / 2 or 1.0
        digits = 0 if self.kind is Kind.WHOLE else 2 - math.floor(math.log10(margin))
        low, high = round(self.minimum - margin, digits), round(self.maximum + margin, digits)
        return (low if self.minimum < 0 else max(0.0, low)), (high if self.maximum > 0 else min(0.0, high))


def find_absent_text(columns: Iterable[Sequence[str]]) -> str:
    """The text beside the empty one that makes the most columns numeric when it is read as an absent value."""
    columns = list(columns)
    made = {text: sum(_is_made_numeric(values, text) for values in columns) for text in _ABSENT}
    best = max(made, key=lambda text: made[text])
    return best if made[best] else ""


def describe(texts: Sequence[str], absent_text: str) -> Values:
    """The values of a column whose absent values are empty or `absent_text`."""
    present = [text.strip() for text in texts if text.strip() not in ("", absent_text)]
    distinct = frozenset(present)
    kind = _kind(distinct)
    absent = len(texts) - len(present)
    if kind is Kind.TEXT or not distinct:
        return Values(kind=Kind.TEXT, distinct=distinct, absent=absent)
    numbers = [number(text) for text in distinct]
    return Values(kind=kind, distinct=distinct, absent=absent, minimum=min(numbers), maximum=max(numbers))


def number(text: str) -> float:
    """The number that a text writes with a point or a comma."""
    return float(text.replace(",", "."))


def determines(values: Sequence[str], labels: Sequence[str]) -> bool:
    """Whether each value comes with one label and each label with one value, so that the column is the label itself."""
    pairs: Mapping[str, set[str]] = {value: set() for value in values}
    for value, label in zip(values, labels, strict=True):
        pairs[value].add(label)
    return len(pairs) == len(set(labels)) and all(len(found) == 1 for found in pairs.values())


def _is_made_numeric(values: Sequence[str], text: str) -> bool:
    distinct = {value.strip() for value in values} - {""}
    return text in distinct and _kind(distinct - {text}) is not Kind.TEXT


def _kind(distinct: Collection[str]) -> Kind:
    if not distinct:
        return Kind.TEXT
    if all(_WHOLE.fullmatch(text) for text in distinct):
        return Kind.WHOLE if all(abs(int(text)) < _LARGEST_BIGINT for text in distinct) else Kind.TEXT
    if all(_WHOLE.fullmatch(text) or _POINT.fullmatch(text) for text in distinct):
        return Kind.NUMBER
    return Kind.COMMA if all(_WHOLE.fullmatch(text) or _COMMA.fullmatch(text) for text in distinct) else Kind.TEXT

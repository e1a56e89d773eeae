"""Finds out what kind of problem a column poses."""

from collections.abc import Sequence
from datetime import datetime

from common.errors import PlatformError
from generator.profile import FileColumn, Label, Periods
from jobs.contracts.columns import TEST, TRAIN, VALIDATION
from jobs.contracts.metrics import Problem

_MOST_CLASSES = 50
#: Texts that mean that something is so.
_POSITIVE = ("1", "true", "yes", "y", "t", "ja", "oui", "si", "sí", "1.0")


def find_label(column: FileColumn, problem: Problem | None) -> Label:
    """The label with its problem: the given one, or two values are binary, numbers a regression and texts classes."""
    distinct = sorted(column.values.distinct)
    what = f"--target {column.title!r}"
    if len(distinct) < 2:
        raise PlatformError(f"{what}: every row has the value {distinct}; a model needs two or more different values")
    found = problem or _problem(column)
    if found is Problem.REGRESSION and not column.values.is_number:
        raise PlatformError(f"{what}: values such as {distinct[0]!r} are no numbers, which a regression predicts")
    if found is Problem.REGRESSION:
        return Label(column=column, problem=found)
    if found is Problem.BINARY and len(distinct) > 2:
        raise PlatformError(f"{what}: {len(distinct)} different values; a binary label has two")
    if found is Problem.MULTICLASS and not 3 <= len(distinct) <= _MOST_CLASSES:
        raise PlatformError(f"{what}: {len(distinct)} different texts; allowed are 3 to {_MOST_CLASSES} classes")
    return Label(
        column=column, problem=found, classes=_binary(distinct) if found is Problem.BINARY else tuple(distinct)
    )


def require_both_classes(label: Label, values: Sequence[str], times: Sequence[datetime], periods: Periods) -> None:
    """Raise PlatformError if a split of a binary label has rows of one class only."""
    if label.problem is not Problem.BINARY:
        return
    spans = periods.splits.spans(periods.partitions, periods.last)
    placed = [(periods.partitions.containing(time), value.strip()) for time, value in zip(times, values, strict=True)]
    for split in (TRAIN, VALIDATION, TEST):
        span = spans[split]
        held = {value for name, value in placed if span.first <= name <= span.last} & set(label.classes)
        if len(held) < 2:
            raise PlatformError(
                f"--target {label.column.title!r}: split {split} ({span}) has only {sorted(held)}; give another "
                "--grain, or data in which both classes occur throughout"
            )


def _problem(column: FileColumn) -> Problem:
    if len(column.values.distinct) == 2:
        return Problem.BINARY
    return Problem.REGRESSION if column.values.is_number else Problem.MULTICLASS


def _binary(distinct: Sequence[str]) -> tuple[str, ...]:
    """The two values, the one that means yes last."""
    positive = [value for value in distinct if value.lower() in _POSITIVE]
    return tuple(sorted(distinct, key=lambda value: value in positive[-1:]))

"""The splits of a data set as a rule: how many partitions each has, counted back from the newest labelled one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

from jobs.contracts.columns import TEST, TRAIN, VALIDATION
from jobs.contracts.partitions import Partitions, Span
from jobs.contracts.tables import ContractError


@dataclass(frozen=True, kw_only=True)
class Splits:
    """Lengths of the splits in partitions: the test is newest, validation comes before it, training before both."""

    train: int
    validation: int
    test: int
    folds: int = 3
    """Into how many blocks the validation split is cut: the rows before a block fit a model that is measured on it."""

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) < 1:
                raise ContractError(f"split {field.name}: received {getattr(self, field.name)}; allowed is 1 or more")

    def blocks(self, validation: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """The partitions of the validation split, in order, as `folds` blocks of about the same length.

        A run whose validation split has fewer partitions has a block for each.
        """
        count = min(self.folds, len(validation))
        limits = [round(index * len(validation) / count) for index in range(count + 1)]
        return tuple(tuple(validation[first:last]) for first, last in pairwise(limits))

    @property
    def total(self) -> int:
        """The number of partitions of all splits."""
        return self.train + self.validation + self.test

    def spans(self, partitions: Partitions, newest: str) -> dict[str, Span]:
        """The partitions of each split when `newest` is the newest partition with labels."""
        spans: dict[str, Span] = {}
        last = newest
        for split, length in ((TEST, self.test), (VALIDATION, self.validation), (TRAIN, self.train)):
            first = partitions.shift(last, 1 - length)
            spans[split] = Span(first, last)
            last = partitions.shift(first, -1)
        return {split: spans[split] for split in (TRAIN, VALIDATION, TEST)}


def require_order(spans: Mapping[str, Span]) -> None:
    """Raise ContractError unless train, validation and test follow each other in time without an overlap."""
    order = [split for split in (TRAIN, VALIDATION, TEST) if split in spans]
    for earlier, later in pairwise(order):
        if spans[earlier].last >= spans[later].first:
            raise ContractError(
                f"splits: {earlier} is {spans[earlier]} and {later} is {spans[later]}; "
                f"{earlier} must end before {later} begins"
            )

"""Everything that a generated pipeline states about its data, found in a CSV file and the options of the command."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from generator.time_format import TimeFormat
from generator.values import Values
from jobs.contracts.metrics import Problem
from jobs.contracts.partitions import Grain, Partitions
from jobs.contracts.splits import Splits

_LONGEST_DESCRIPTION = 80


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the user of the command says about the data; None leaves it to the file."""

    path: Path
    target: str
    time: str
    problem: Problem | None = None
    grain: Grain | None = None
    key: str | None = None
    exclude: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class FileColumn:
    """A column of the file and what becomes of it."""

    title: str
    """Its name in the file."""
    name: str
    values: Values

    @property
    def description(self) -> str:
        """The title as words on one line."""
        words = " ".join(self.title.replace("_", " ").replace('"', "'").replace("\\", "/").split())
        return words[:_LONGEST_DESCRIPTION]


@dataclass(frozen=True, kw_only=True)
class Label:
    """The column to predict, with its classes."""

    column: FileColumn
    problem: Problem
    classes: tuple[str, ...] = ()
    """Multiclass: all of them; binary: the class that counts as 0, then the class that counts as 1."""


@dataclass(frozen=True, kw_only=True)
class Periods:
    """The partitions of the data and how a run finds them."""

    partitions: Partitions
    first: str
    last: str
    splits: Splits
    pinned: str
    lag: int


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The data of a new pipeline as the template needs them."""

    columns: tuple[FileColumn, ...]
    time: FileColumn
    time_format: TimeFormat
    label: Label
    keys: tuple[FileColumn, ...]
    """With the time they identify a row; or a single column that does so alone."""
    is_identifier: bool
    """Whether the only key identifies a row without the time."""
    numeric: tuple[FileColumn, ...]
    categorical: tuple[FileColumn, ...]
    left_out: dict[str, str] = field(default_factory=dict)
    """The columns that are no features, with the reason."""
    periods: Periods
    encoding: str
    delimiter: str
    absent_text: str
    has_hours: bool
    has_weeks: bool

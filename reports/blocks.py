"""Building blocks of the page (text, commands, tables, cards, figures) and the formatting of values in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

Document = Mapping[str, Any]
ABSENT = "-"


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    kind: ClassVar[str] = "text"


@dataclass(frozen=True)
class Command:
    """Shell commands, one per line."""

    lines: tuple[str, ...]
    kind: ClassVar[str] = "command"


@dataclass(frozen=True)
class Column:
    """A column of a table; columns of numbers are aligned right."""

    head: str
    number: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of formatted values; a folded table opens when its title is clicked."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: bool = False
    kind: ClassVar[str] = "table"


@dataclass(frozen=True)
class Card:
    """A key figure with a label and a note."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Cards:
    """Key figures side by side."""

    cards: tuple[Card, ...]
    kind: ClassVar[str] = "cards"


@dataclass(frozen=True)
class Figure:
    """A plotly figure with a title and a note."""

    title: str
    spec: Document
    note: str = ""


@dataclass(frozen=True)
class Figures:
    """Figures side by side if the page is wide enough."""

    figures: tuple[Figure, ...]
    kind: ClassVar[str] = "figures"


Block = Text | Command | Table | Cards | Figures


@dataclass(frozen=True)
class Section:
    """A part of the page under a heading."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def anchor(self) -> str:
        """Fragment of a link to this section."""
        return self.title.lower().replace(" ", "-")


def columns(*heads: str) -> tuple[Column, ...]:
    """Return columns with these heads; the prefix `#` marks a column of numbers."""
    return tuple(Column(head.removeprefix("#"), number=head.startswith("#")) for head in heads)


def count(value: object) -> str:
    """Format a whole number with thousands separators."""
    return f"{value:,}" if isinstance(value, int) else as_text(value)


def measure(value: object) -> str:
    """Format a metric with four decimals."""
    return f"{value:.4f}" if isinstance(value, int | float) else as_text(value)


def share(value: object) -> str:
    """Format a fraction as a percentage; a positive fraction that would round to 0.0% is `less than 0.1%`."""
    if isinstance(value, float) and 0 < value < 0.0005:
        return "less than 0.1%"
    return f"{value:.1%}" if isinstance(value, int | float) else as_text(value)


def seconds(value: object) -> str:
    """Format a duration in seconds with one decimal."""
    return f"{value:,.1f}" if isinstance(value, int | float) else as_text(value)


def as_text(value: object) -> str:
    """Format any other value as text; None and empty text become a dash."""
    return ABSENT if value is None or value == "" else str(value)


def shortened(text: str, limit: int = 28) -> str:
    """Return the text, with its middle replaced by an ellipsis if it is longer than the limit."""
    half = (limit - 1) // 2
    return text if len(text) <= limit else f"{text[:half]}…{text[-half:]}"


def with_noun(number: int, noun: str) -> str:
    """Return the number with the noun in singular or plural: `1 trial`, `6 trials`."""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def span_text(partitions: Sequence[str]) -> str:
    """Return the first and the last partition as in `2013-01 to 2013-04`, or the only one."""
    return partitions[0] if partitions[0] == partitions[-1] else f"{partitions[0]} to {partitions[-1]}"


def capitalized(text: str) -> str:
    """Return the text with a capital first letter; the others stay, unlike with `str.capitalize`."""
    return text[:1].upper() + text[1:]


def enumerated(items: Sequence[str]) -> str:
    """Join the items as in `a, b and c`."""
    return " and ".join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)

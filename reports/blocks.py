"""What a page is made of: sentences, tables, cards and figures, and how values are written in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

Document = Mapping[str, Any]
ABSENT = "-"


@dataclass(frozen=True)
class Text:
    """A sentence or two."""

    text: str
    kind: ClassVar[str] = "text"


@dataclass(frozen=True)
class Command:
    """What a reader may type."""

    lines: tuple[str, ...]
    kind: ClassVar[str] = "command"


@dataclass(frozen=True)
class Column:
    """A table's column; numbers are set flush right."""

    head: str
    number: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of written values; a folded table shows when its title is clicked."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: bool = False
    kind: ClassVar[str] = "table"


@dataclass(frozen=True)
class Card:
    """One number that matters, with what it means."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Cards:
    """Numbers side by side."""

    cards: tuple[Card, ...]
    kind: ClassVar[str] = "cards"


@dataclass(frozen=True)
class Figure:
    """A plotly figure with the words that describe it."""

    title: str
    spec: Document
    note: str = ""


@dataclass(frozen=True)
class Figures:
    """Figures side by side where there is room."""

    figures: tuple[Figure, ...]
    kind: ClassVar[str] = "figures"


Block = Text | Command | Table | Cards | Figures


@dataclass(frozen=True)
class Section:
    """A headed part of the page."""

    title: str
    blocks: tuple[Block, ...]

    @property
    def anchor(self) -> str:
        """The part of a link after the hash."""
        return self.title.lower().replace(" ", "-")


def columns(*heads: str) -> tuple[Column, ...]:
    """Columns by their heads; one that starts with `#` holds numbers."""
    return tuple(Column(head.removeprefix("#"), number=head.startswith("#")) for head in heads)


def count(value: object) -> str:
    """A whole number with thousands separated."""
    return f"{value:,}" if isinstance(value, int) else written(value)


def measure(value: object) -> str:
    """A metric with four decimals."""
    return f"{value:.4f}" if isinstance(value, int | float) else written(value)


def share(value: object) -> str:
    """A share of one in percent; what rounds to nothing and is something says so."""
    if isinstance(value, float) and 0 < value < 0.0005:
        return "less than 0.1%"
    return f"{value:.1%}" if isinstance(value, int | float) else written(value)


def seconds(value: object) -> str:
    """A duration with one decimal."""
    return f"{value:,.1f}" if isinstance(value, int | float) else written(value)


def written(value: object) -> str:
    """Any other value as text; what is absent is a dash."""
    return ABSENT if value is None or value == "" else str(value)


def shortened(text: str, limit: int = 28) -> str:
    """The text, with its middle left out where it is long."""
    half = (limit - 1) // 2
    return text if len(text) <= limit else f"{text[:half]}…{text[-half:]}"


def counted(number: int, noun: str) -> str:
    """`1 trial`, `6 trials`."""
    return f"{count(number)} {noun}{'' if number == 1 else 's'}"


def in_words(items: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)

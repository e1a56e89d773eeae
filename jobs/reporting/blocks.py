"""Building blocks of a page: text, notices, commands, tables, key figures and charts, in sections."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from jobs.reporting.charts.markup import element

#: More rows of a table would make the page too large.
MOST_ROWS = 200


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str
    kind: ClassVar[str] = "text"


@dataclass(frozen=True)
class Notice:
    """What a reader must not overlook: a title and a list of sentences."""

    title: str
    sentences: tuple[str, ...]
    kind: ClassVar[str] = "notice"


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
    note: str = ""
    kind: ClassVar[str] = "table"

    @property
    def shown(self) -> tuple[tuple[str, ...], ...]:
        """The rows on the page."""
        return self.rows[:MOST_ROWS]

    @property
    def rest(self) -> str:
        """How many rows are not on the page; empty if all are."""
        if len(self.rows) <= MOST_ROWS:
            return ""
        return f"The first {MOST_ROWS} of {len(self.rows):,} rows; evaluation.json has all."


@dataclass(frozen=True)
class Card:
    """A key figure with a label and a note."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A chart with a title and a note."""

    title: str
    drawing: Markup
    note: str = ""


@dataclass(frozen=True)
class Figures:
    """Charts below one another, or side by side if they are narrow and the page is wide enough."""

    figures: tuple[Figure, ...]
    narrow: bool = True
    kind: ClassVar[str] = "figures"


Block = Text | Notice | Command | Table | Figures


@dataclass(frozen=True)
class Section:
    """A part of the page under a heading."""

    title: str
    blocks: Sequence[Block]

    @property
    def anchor(self) -> str:
        """Fragment of a link to this section."""
        return self.title.lower().replace(" ", "-")


def columns(*heads: str) -> tuple[Column, ...]:
    """Return columns with these heads; the prefix `#` marks a column of numbers."""
    return tuple(Column(head.removeprefix("#"), number=head.startswith("#")) for head in heads)


def identifier(text: object) -> Markup:
    """Return an id that is shown shortened, in full while the pointer is on it, and selected in full by a click."""
    return element("code", str(text), class_="id", title=str(text))


def stacked(value: str, note: str) -> Markup:
    """Return a value with a smaller note below it."""
    return element("span", value) + (element("small", note) if note else Markup(""))


def span_cell(partitions: Sequence[str]) -> Markup:
    """Return the first and the last partition, or the only one, without a line break within one."""
    ends = dict.fromkeys((partitions[0], partitions[-1]))
    return Markup(" to ").join(element("span", str(end), class_="unbroken") for end in ends)


def mark(met: bool, words: tuple[str, str] = ("met", "not met")) -> Markup:
    """Return a sign and a word, in the color of a success or of a failure."""
    sign, word, style = ("✓", words[0], "good") if met else ("✗", words[1], "bad")
    return element("span", f"{sign} {word}", class_=style)

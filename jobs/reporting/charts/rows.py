"""Charts with one row for each name: dots with intervals, bars, and spans of time. Their text is a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from jobs.reporting.charts.markup import element, joined, percent
from jobs.reporting.charts.scale import Scale
from jobs.reporting.text import is_number

#: The color of marks in the style sheet that need no class.
_FIRST_COLOR = "a"


@dataclass(frozen=True)
class Dot:
    """A value with the ends of its interval, if there is one."""

    value: float | None
    interval: Sequence[float] | None = None
    color: str = "a"


@dataclass(frozen=True)
class Bar:
    """A bar from `start` to `end`, with the text shown on it."""

    start: float
    end: float
    label: str = ""
    color: str = "a"


@dataclass(frozen=True)
class Row:
    """A name, its marks, and texts beside them; a faint row has too few rows to be compared."""

    name: str
    marks: Sequence[Dot | Bar]
    texts: Sequence[str] = ()
    faint: bool = False


@dataclass(frozen=True)
class Rows:
    """Rows over one scale, with a dashed line at a value to compare with."""

    title: str
    scale: Scale
    rows: Sequence[Row]
    heads: Sequence[str] = ()
    """Heads of the texts, and before them of the names."""
    axis: str = ""
    reference: float | None = None


def rows(chart: Rows) -> Markup:
    """Return the chart as a table."""
    head = _head(chart)
    body = joined(_row(chart, each) for each in chart.rows)
    return element("table", head, element("tbody", body), class_="rows", aria_label=chart.title)


def strip(scale: Scale, marks: Sequence[Dot | Bar], reference: float | None = None) -> Markup:
    """Return the marks on a line, with a dashed line at the reference."""
    drawn = [part for mark in marks for part in _mark(scale, mark)]
    if reference is not None and is_number(reference):
        drawn.insert(0, element("s", style=f"left:{percent(scale.position(reference))}"))
    return element("div", *drawn, class_="strip")


def _head(chart: Rows) -> Markup:
    names = list(chart.heads) or [""]
    ticks = joined(
        element("span", text, style=f"left:{percent(position)}") for position, text in chart.scale.ticks(most=4)
    )
    axis = element("th", element("div", chart.axis, class_="axis"), element("div", ticks, class_="ticks"))
    cells = [element("th", names[0]), axis, *(element("th", name) for name in names[1:])]
    return element("thead", element("tr", *cells))


def _row(chart: Rows, row: Row) -> Markup:
    cells = [
        element("th", row.name),
        element("td", strip(chart.scale, row.marks, chart.reference)),
        *(element("td", text) for text in row.texts),
    ]
    return element("tr", *cells, class_="faint" if row.faint else None)


def _mark(scale: Scale, mark: Dot | Bar) -> Iterable[Markup]:
    color = mark.color if mark.color != _FIRST_COLOR else None  # the first is the color of every strip
    if isinstance(mark, Bar):
        low, high = sorted((scale.position(mark.start), scale.position(mark.end)))
        style = f"left:{percent(low)};width:{percent(high - low)}"
        yield element("u", class_=color, style=style, title=mark.label or None)
        return
    if mark.interval:
        low, high = (scale.position(end) for end in mark.interval)
        yield element("i", class_=color, style=f"left:{percent(low)};width:{percent(high - low)}")
    if is_number(mark.value):
        yield element("b", class_=color, style=f"left:{percent(scale.position(mark.value or 0.0))}")

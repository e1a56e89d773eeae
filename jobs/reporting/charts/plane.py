"""Charts with two axes. Every position is a percentage, so a chart fits any width and its text keeps its size."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from jobs.reporting.charts.markup import element, joined, percent, titled
from jobs.reporting.charts.scale import Categories, Scale
from jobs.reporting.text import is_number

#: Lines through more points have no dots.
MOST_DOTS = 62
#: Names of colors in the style sheet, in the order in which series take them.
COLORS = ("a", "b", "c", "d", "e", "f")


@dataclass(frozen=True)
class Point:
    """A place in the plane, with the ends of its interval and the text shown on it."""

    x: float
    y: float | None
    label: str = ""
    interval: Sequence[float] | None = None


@dataclass(frozen=True)
class Series:
    """Points of one color: joined by a line, marked by dots, or both; a step keeps its value until the next point."""

    points: Sequence[Point]
    name: str = ""
    color: str = "a"
    line: bool = True
    dots: bool = False
    step: bool = False


@dataclass(frozen=True)
class Column:
    """A bar of a histogram from `start` to `end`."""

    start: float
    end: float
    height: float
    label: str


@dataclass(frozen=True)
class Reference:
    """A straight line to compare with, from one point to another; a mark is drawn in another color than a reference."""

    start: tuple[float, float]
    end: tuple[float, float]
    mark: bool = False


@dataclass(frozen=True)
class Plane:
    """What a chart shows, within its two scales."""

    title: str
    x: Scale | Categories
    y: Scale
    x_title: str = ""
    y_title: str = ""
    series: Sequence[Series] = ()
    columns: Sequence[Column] = ()
    references: Sequence[Reference] = ()
    names: Sequence[tuple[str, str]] = field(default=())
    """Further entries of the legend: color and name."""


def plane(chart: Plane) -> Markup:
    """Return the chart as HTML with an SVG drawing."""
    ticks = chart.y.ticks()
    width = max((len(text) for _, text in ticks), default=1)
    parts = [
        *_grid(chart, ticks),
        *(_column(chart, each) for each in chart.columns),
        *(_reference(chart, each) for each in chart.references),
        _lines(chart),
        *(mark for each in chart.series for mark in _marks(chart, each)),
    ]
    drawing = element("svg", *parts, role="img", aria_label=chart.title)
    area = element("div", drawing, class_="area", style=f"margin-left:{width + 1}ch")
    return element(
        "div",
        _legend(chart),
        element("div", chart.y_title, class_="axis"),
        area,
        element("div", chart.x_title, class_="axis end"),
        class_="plane",
    )


def _place(chart: Plane, x: float, y: float) -> tuple[float, float]:
    return chart.x.position(x), 100 - chart.y.position(y)


def _grid(chart: Plane, ticks: Iterable[tuple[float, str]]) -> Iterable[Markup]:
    for position, text in ticks:
        y = percent(100 - position)
        yield element("line", x1="0", x2="100%", y1=y, y2=y, class_="grid")
        yield element("text", text, x="-8", y=y, dy="4", class_="end")
    for position, text in chart.x.ticks():
        yield element("text", text, x=percent(position), y="100%", dy="18", class_="middle")


def _lines(chart: Plane) -> Markup:
    """Return all lines in a drawing of 100 by 100 that is stretched to the area; its strokes are not."""
    drawn = [
        element("polyline", titled(each.name), points=_path(chart, each), class_=f"line {each.color}")
        for each in chart.series
        if each.line
    ]
    return element("svg", *drawn, viewBox="0 0 100 100", preserveAspectRatio="none", width="100%", height="100%")


def _path(chart: Plane, series: Series) -> str:
    path: list[str] = []
    last: float | None = None
    for point in series.points:
        if not is_number(point.y):
            continue
        x, y = _place(chart, point.x, point.y or 0.0)
        if series.step and last is not None:
            path.append(f"{x:.2f},{last:.2f}")
        path.append(f"{x:.2f},{y:.2f}")
        last = y
    return " ".join(path)


def _marks(chart: Plane, series: Series) -> Iterable[Markup]:
    for point in series.points:
        if not series.dots or not is_number(point.y):
            continue
        x, y = _place(chart, point.x, point.y or 0.0)
        if point.interval:
            low, high = (percent(_place(chart, point.x, end)[1]) for end in point.interval)
            yield element("line", x1=percent(x), x2=percent(x), y1=low, y2=high, class_=f"whisker {series.color}")
        yield element("circle", titled(point.label), cx=percent(x), cy=percent(y), r="4", class_=series.color)


def _column(chart: Plane, column: Column) -> Markup:
    left, right = chart.x.position(column.start), chart.x.position(column.end)
    top = 100 - chart.y.position(column.height)
    shape = {"x": percent(left), "y": percent(top), "width": percent(right - left), "height": percent(100 - top)}
    return element("rect", titled(column.label), **shape, class_="column a")


def _reference(chart: Plane, reference: Reference) -> Markup:
    (x1, y1), (x2, y2) = _place(chart, *reference.start), _place(chart, *reference.end)
    style = "mark" if reference.mark else "reference"
    return element("line", x1=percent(x1), y1=percent(y1), x2=percent(x2), y2=percent(y2), class_=style)


def _legend(chart: Plane) -> Markup:
    names = [*((each.color, each.name) for each in chart.series if each.name), *chart.names]
    if not names:
        return Markup("")
    entries = (element("li", element("i", class_=color), name) for color, name in names)
    return element("ul", joined(entries), class_="legend")

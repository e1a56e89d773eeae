"""The section on the errors of a regression model."""

from collections.abc import Iterator, Sequence

from jobs.reporting.blocks import Block, Figure, Figures, Text
from jobs.reporting.charts.plane import MOST_DOTS, Column, Plane, Point, Reference, Series, plane
from jobs.reporting.charts.scale import Categories, Scale
from jobs.reporting.objective import entries, part
from jobs.reporting.text import Document, count, number


def residuals(document: Document) -> list[Block]:
    """Return the bias, the distribution of errors, predictions beside actual values, and errors by day."""
    blocks: list[Block] = [Text(text) for text in _sentences(document)]
    if figures := tuple(_figures(document)):
        blocks.append(Figures(figures))
    if points := entries(document, "curves", "error_by_day"):
        blocks.append(Figures((_by_day(points),), narrow=False))
    return blocks


def _sentences(document: Document) -> Iterator[str]:
    bias = part(document, "metrics").get("bias")
    actual = part(document, "labels", "test")
    if bias is not None:
        amount = (
            f"{number(abs(bias))} too {'much' if bias > 0 else 'little'}" if bias else "neither too much nor little"
        )
        yield f"On average the model predicts {amount} (bias, the mean of predicted minus actual)."
    if actual:
        yield (
            f"Actual values of the test split: mean {number(actual.get('mean'))}, median "
            f"{number(actual.get('median'))}, {number(actual.get('minimum'))} to {number(actual.get('maximum'))}."
        )


def _figures(document: Document) -> Iterator[Figure]:
    if points := entries(document, "curves", "predicted_actual"):
        yield _predicted_actual(points)
    if points := entries(document, "curves", "residuals"):
        yield _histogram(points)


def _predicted_actual(points: Sequence[Document]) -> Figure:
    dots = [
        Point(
            each["mean_predicted"],
            each["mean_actual"],
            f"predicted {number(each['mean_predicted'])}, actual {number(each['mean_actual'])}, "
            f"{count(each.get('rows'))} rows",
        )
        for each in points
    ]
    scale = Scale.over([end for dot in dots for end in (dot.x, dot.y)], zero=True, padding=0.04)
    chart = Plane(
        title="Predicted beside actual",
        x=scale,
        y=scale,
        x_title="mean predicted",
        y_title="mean actual",
        series=[Series(dots, dots=True)],
        references=[Reference((scale.low, scale.low), (scale.high, scale.high))],
    )
    return Figure(chart.title, plane(chart), "Bins of equal size by prediction. Dashed: predicted equals actual.")


def _histogram(points: Sequence[Document]) -> Figure:
    bars = [
        Column(
            each["from"],
            each["to"],
            each["rows"],
            f"{number(each['from'])} to {number(each['to'])}: {count(each['rows'])} rows",
        )
        for each in points
    ]
    heights = Scale.over([bar.height for bar in bars], zero=True, padding=0.04)
    chart = Plane(
        title="Errors",
        x=Scale.over([end for bar in bars for end in (bar.start, bar.end)]),
        y=heights,
        x_title="predicted minus actual",
        y_title="rows",
        columns=bars,
        references=[Reference((0.0, heights.low), (0.0, heights.high), mark=True)],
    )
    note = "The first and the last bar include all rows beyond. Dotted: no error."
    return Figure(chart.title, plane(chart), note)


def _by_day(points: Sequence[Document]) -> Figure:
    lines = [
        Series(
            [
                Point(place, each.get(name), f"{each['day']}: {title} {number(each.get(name))}")
                for place, each in enumerate(points)
            ],
            title,
            color,
            dots=len(points) <= MOST_DOTS,
        )
        for name, title, color in (("mae", "mean absolute error", "a"), ("bias", "bias", "b"))
    ]
    chart = Plane(
        title="Errors by day",
        x=Categories([str(each["day"]) for each in points]),
        y=Scale.over([point.y for line in lines for point in line.points], zero=True, padding=0.05),
        y_title="in the unit of the label",
        series=lines,
    )
    return Figure(chart.title, plane(chart), "Bias: the mean of predicted minus actual.")

"""The section on validation: the folds of the rolling origins and the learning curve."""

from collections.abc import Iterator, Sequence

from jobs.reporting.blocks import Block, Column, Figure, Figures, Table, Text, columns, span_cell
from jobs.reporting.charts.plane import Plane, Point, Series, plane
from jobs.reporting.charts.scale import Scale
from jobs.reporting.objective import entries, metrics_of, objective_of, part
from jobs.reporting.text import Document, capitalized, count, number, with_noun


def validation(document: Document) -> list[Block]:
    """Return how the objective grows with more training data, and the metrics of each fold."""
    blocks: list[Block] = [Text(text) for text in _sentences(document)]
    if curve := entries(document, "learning_curve"):
        blocks.append(Figures((_learning_curve(document, curve),)))
    if folds := entries(document, "folds"):
        blocks.append(_folds(document, folds))
    return blocks


def _sentences(document: Document) -> Iterator[str]:
    objective = objective_of(document)
    curve = entries(document, "learning_curve")
    if len(curve) > 1 and all(each.get("objective") is not None for each in curve[-2:]):
        gain = objective.gain(curve[-1]["objective"], curve[-2]["objective"])
        more = curve[-1]["partitions"] - curve[-2]["partitions"]
        word, hope = ("better", "may") if gain > 0 else ("worse", "will hardly")
        yield (
            f"With the last {with_noun(more, 'partition')} of training data {objective.title} became "
            f"{number(abs(gain))} {word}: more data alone {hope} help."
        )
    values = [part(each, "metrics").get(objective.name) for each in entries(document, "folds")]
    known = [value for value in values if value is not None]
    test = part(document, "metrics").get(objective.name)
    if known and test is not None:
        yield (
            f"{capitalized(objective.title)} is {number(sum(known) / len(known))} on average over "
            f"{with_noun(len(known), 'fold')} of validation and {number(test)} on the test split."
        )


def _learning_curve(document: Document, curve: Sequence[Document]) -> Figure:
    objective = objective_of(document)
    points = [
        Point(
            each["partitions"],
            each.get("objective"),
            f"{with_noun(each['partitions'], 'partition')}, {count(each.get('rows'))} rows: "
            f"{number(each.get('objective'))}",
        )
        for each in curve
    ]
    chart = Plane(
        title="Learning curve",
        x=Scale.over([0.0, *(point.x for point in points)], padding=0.03, zero=True),
        y=Scale.over([point.y for point in points], padding=0.1),
        x_title="partitions of training data",
        y_title=f"{objective.title}, {objective.direction} is better",
        series=[Series(points, dots=True)],
    )
    return Figure(chart.title, plane(chart), "Trained on the newest partitions before the last fold, measured on it.")


def _folds(document: Document, folds: Sequence[Document]) -> Table:
    metrics = [
        metric
        for metric in metrics_of(document)
        if any(part(each, "metrics").get(metric.name) is not None for each in folds)
    ]
    rows = tuple(
        (
            span_cell(each["train"]),
            span_cell(each["validation"]),
            count(each.get("rows")),
            *(number(part(each, "metrics").get(metric.name)) for metric in metrics),
        )
        for each in folds
    )
    heads = (*columns("trained on", "measured on", "#rows"), *(Column(each.title, number=True) for each in metrics))
    return Table("Folds of the rolling origins", heads, rows)

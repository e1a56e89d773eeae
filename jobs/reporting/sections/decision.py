"""The section on the decision of a binary model: its threshold, the mistakes at it, and how well it ranks."""

from collections.abc import Iterator, Sequence
from typing import Any

from jobs.reporting.blocks import Block, Column, Figure, Figures, Table, Text, stacked
from jobs.reporting.charts.plane import Plane, Point, Reference, Series, plane
from jobs.reporting.charts.scale import Scale
from jobs.reporting.objective import entries, part
from jobs.reporting.text import Document, count, number, share

_UNIT = Scale(0.0, 1.0)
_CORNERS = Reference((0.0, 0.0), (1.0, 1.0))


def decision(document: Document) -> list[Block]:
    """Return threshold, costs, counts of mistakes, and the curves of a binary model."""
    blocks: list[Block] = [Text(" ".join(_sentences(document)))] if document.get("threshold") is not None else []
    if confusion := part(document, "curves", "confusion"):
        blocks.append(confusion_table(confusion, "Rows by actual class and decision"))
    if figures := tuple(_figures(document)):
        blocks.append(Figures(figures))
    return blocks


def confusion_table(confusion: Document, title: str) -> Table:
    """Return the counts by actual and predicted class, with the share of each in the rows of the actual class."""
    classes = [str(name) for name in confusion.get("classes") or ()]
    heads = (Column("actual"), *(Column(f"predicted {name}", number=True) for name in classes), Column("all", True))
    body = tuple(
        (name, *(_cell(each, sum(counts)) for each in counts), count(sum(counts)))
        for name, counts in zip(classes, confusion.get("counts") or (), strict=False)
    )
    return Table(title, heads, body, note="Shares: of the rows of the actual class.")


def _cell(rows: int, all_rows: int) -> str:
    return stacked(count(rows), share(rows / all_rows) if all_rows else "")


def _sentences(document: Document) -> Iterator[str]:
    metrics, costs = part(document, "metrics"), part(document, "costs")
    capacity = document.get("capacity")
    within = f" and flags at most {share(capacity)} of the rows" if capacity is not None else ""
    threshold = number(document["threshold"])
    yield (
        f"A row is flagged from a probability of {threshold}: the threshold that costs least{within} "
        "on the out-of-fold predictions of the rolling-origin validation, before the test split is looked at."
    )
    if costs:
        yield f"A missed row costs {number(costs.get('missed'))}, a false alarm {number(costs.get('false_alarm'))}."
    if metrics.get("flagged") is not None:
        yield f"On the test split the model flags {share(metrics['flagged'])} of the rows."
    if metrics.get("recall") is not None and metrics.get("precision") is not None:
        yield (
            f"It detects {share(metrics['recall'])} of the rows of class 1 (recall); {share(metrics['precision'])} of "
            "the flagged rows are of class 1 (precision)."
        )
    if metrics.get("cost_per_row") is not None:
        yield f"Mistakes cost {number(metrics['cost_per_row'])} per row{_least_on_test(document)}."


def _least_on_test(document: Document) -> str:
    points = [point for point in entries(document, "curves", "cost") if point.get("cost_per_row") is not None]
    if not points:
        return ""
    least = min(points, key=lambda point: float(point["cost_per_row"]))
    return (
        f"; the threshold that would have cost least on the test split, known only afterwards, is "
        f"{number(least['threshold'])} with {number(least['cost_per_row'])} per row"
    )


def _figures(document: Document) -> Iterator[Figure]:
    if points := entries(document, "curves", "cost"):
        yield _cost(points, document.get("threshold"))
    if points := entries(document, "curves", "calibration"):
        yield _calibration(points)
    if points := entries(document, "curves", "roc"):
        chart = _curve("ROC curve", points, "false_positive_rate", "true_positive_rate", _CORNERS)
        yield Figure("ROC curve", plane(chart), "Dashed: a random classifier.")
    if points := entries(document, "curves", "precision_recall"):
        rate = part(document, "labels", "test").get("base_rate")
        level = Reference((0.0, rate), (1.0, rate)) if rate is not None else None
        chart = _curve("Precision and recall", points, "recall", "precision", level)
        yield Figure("Precision and recall", plane(chart), "Dashed: a random classifier, the share of class 1.")


def _curve(title: str, points: Sequence[Document], x: str, y: str, reference: Reference | None) -> Plane:
    return Plane(
        title=title,
        x=_UNIT,
        y=_UNIT,
        x_title=x.replace("_", " "),
        y_title=y.replace("_", " "),
        series=[Series([Point(point[x], point[y]) for point in points])],
        references=[reference] if reference else [],
    )


def _calibration(points: Sequence[Document]) -> Figure:
    dots = [
        Point(
            point["mean_predicted"],
            point["observed"],
            f"predicted {share(point['mean_predicted'])}, observed {share(point['observed'])}, "
            f"{count(point.get('rows'))} rows",
        )
        for point in points
    ]
    high = max([end for dot in dots for end in (dot.x, dot.y or 0.0)], default=1.0)
    scale = Scale(0.0, min(1.0, high * 1.08) or 1.0)
    chart = Plane(
        title="Calibration",
        x=scale,
        y=scale,
        x_title="mean predicted",
        y_title="observed share",
        series=[Series(dots, dots=True)],
        references=[Reference((0.0, 0.0), (scale.high, scale.high))],
    )
    return Figure("Calibration", plane(chart), "Bins of equal size. Dashed: predicted equals observed.")


def _cost(points: Sequence[Document], threshold: Any) -> Figure:
    costs = [point.get("cost_per_row") for point in points]
    scale = Scale.over(costs, zero=True, padding=0.05)
    marks = [Reference((threshold, scale.low), (threshold, scale.high), mark=True)] if threshold is not None else []
    chart = Plane(
        title="Cost of mistakes by threshold",
        x=Scale.over([0.0, 1.0, *(point["threshold"] for point in points)]),
        y=scale,
        x_title="threshold",
        y_title="cost per row, test split",
        series=[Series([Point(point["threshold"], cost) for point, cost in zip(points, costs, strict=True)])],
        references=marks,
    )
    note = "Dotted: the threshold in use, chosen on the validation split; the curve is of the test split."
    return Figure("Cost of mistakes by threshold", plane(chart), note)

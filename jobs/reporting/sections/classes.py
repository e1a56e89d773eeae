"""The section on the classes of a multiclass model."""

from jobs.reporting.blocks import Block, Figure, Figures, Table, columns
from jobs.reporting.charts.rows import Dot, Row, Rows, rows
from jobs.reporting.charts.scale import Scale
from jobs.reporting.objective import entries, part
from jobs.reporting.sections.decision import confusion_table
from jobs.reporting.text import Document, count, share


def classes(document: Document) -> list[Block]:
    """Return the counts by actual and predicted class, and precision and recall of each class."""
    blocks: list[Block] = []
    if confusion := part(document, "curves", "confusion"):
        blocks.append(confusion_table(confusion, "Rows by actual and predicted class"))
    if by_class := entries(document, "curves", "by_class"):
        blocks += [Figures((_chart(by_class),), narrow=False), _table(by_class)]
    return blocks


def _chart(by_class: list[Document]) -> Figure:
    drawn = [
        Row(
            str(each.get("class")),
            [Dot(each.get("recall")), Dot(each.get("precision"), color="b")],
            [share(each.get("recall")), share(each.get("precision"))],
        )
        for each in by_class
    ]
    chart = Rows(
        title="Recall and precision of each class",
        scale=Scale(0.0, 1.0),
        rows=drawn,
        heads=("class", "recall", "precision"),
    )
    return Figure(chart.title, rows(chart), "Blue: recall; orange: precision.")


def _table(by_class: list[Document]) -> Table:
    body = tuple(
        (str(each.get("class")), count(each.get("rows")), share(each.get("precision")), share(each.get("recall")))
        for each in by_class
    )
    return Table("Rows of each class", columns("class", "#rows", "#precision", "#recall"), body, folded=True)

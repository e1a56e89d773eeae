"""The section on error slices: metrics by each value of the categories and by hour."""

from reports import figures
from reports.blocks import (
    Block,
    Document,
    Figure,
    Figures,
    Table,
    Text,
    as_text,
    columns,
    count,
    measure,
    share,
)

#: Values drawn per dimension; the table contains all.
_MOST_VALUES = 24
#: ROC AUC is too noisy below this number of rows; such values appear only in the table.
_ENOUGH_ROWS = 200


def slices(summary: Document) -> list[Block]:
    """Return the slices with the lowest ROC AUC, then a figure and a table of each dimension."""
    evaluation = summary.get("evaluation") or {}
    all_slices = evaluation.get("slices") or []
    if not all_slices:
        return [Text("The evaluation contains no slices.")]
    worst = evaluation.get("worst_slices") or []
    overall = (evaluation.get("metrics") or {}).get("roc_auc")
    dimensions = list(dict.fromkeys(str(part["dimension"]) for part in all_slices))
    parts = {name: [part for part in all_slices if part["dimension"] == name] for name in dimensions}
    drawn = tuple(_figure(name, parts[name], overall) for name in dimensions)
    return [
        *_worst(worst, overall),
        Figures(tuple(figure for figure in drawn if figure)),
        *(_table(f"All values of {name}", parts[name], folded=True) for name in dimensions),
    ]


def _worst(worst: list[Document], overall: object) -> list[Block]:
    if not worst:
        return [Text("No slice has enough rows for a comparison.")]
    listed = "; ".join(f"{part['dimension']} {part['value']} ({measure(part.get('roc_auc'))})" for part in worst)
    sentence = f"ROC AUC is lowest for {listed}. Over all test rows it is {measure(overall)}."
    return [Text(sentence), _table("Slice with the lowest ROC AUC of each dimension", worst)]


def _figure(name: str, parts: list[Document], overall: float | None) -> Figure | None:
    measured = [part for part in parts if part.get("roc_auc") is not None and part.get("rows", 0) >= _ENOUGH_ROWS]
    if not measured:
        return None
    shown = measured[:_MOST_VALUES]
    if all(str(part["value"]).isdigit() for part in shown):
        shown = sorted(measured, key=lambda part: int(part["value"]))
    note = f"The {len(shown)} values with the most rows, largest first. " if len(shown) < len(measured) else ""
    note += f"Dashed: all rows. Values with fewer than {_ENOUGH_ROWS} rows appear only in the table."
    return Figure(f"ROC AUC by {name}", figures.slices(shown, overall), note)


def _table(title: str, parts: list[Document], *, folded: bool = False) -> Table:
    rows = tuple(
        (
            as_text(part.get("dimension")),
            as_text(part.get("value")),
            count(part.get("rows")),
            share(part.get("base_rate")),
            share(part.get("mean_predicted")),
            *(measure(part.get(name)) for name in ("roc_auc", "pr_auc", "brier")),
            *(share(part.get(name)) for name in ("precision", "recall")),
        )
        for part in parts
    )
    numbers = ("#rows", "#positive", "#mean predicted", "#ROC AUC", "#PR AUC", "#Brier", "#precision", "#recall")
    return Table(title, columns("slice", "value", *numbers), rows, folded=folded)

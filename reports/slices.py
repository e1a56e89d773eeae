"""The section on errors: where the model ranks worst, by every value of its categories and by hour."""

from reports import figures
from reports.blocks import (
    Block,
    Document,
    Figure,
    Figures,
    Table,
    Text,
    columns,
    count,
    measure,
    share,
    written,
)

#: Values drawn per dimension; the table below holds all.
_DRAWN = 24
#: Rows below which ROC AUC is noise; such values are in the table only.
_ENOUGH_ROWS = 200


def slices(summary: Document) -> list[Block]:
    """Worst slices named, then each dimension as a figure and a table."""
    evaluation = summary.get("evaluation") or {}
    found = evaluation.get("slices") or []
    if not found:
        return [Text("The evaluation names no slices.")]
    worst = evaluation.get("worst_slices") or []
    overall = (evaluation.get("metrics") or {}).get("roc_auc")
    dimensions = list(dict.fromkeys(str(part["dimension"]) for part in found))
    parts = {name: [part for part in found if part["dimension"] == name] for name in dimensions}
    drawn = tuple(_figure(name, parts[name], overall) for name in dimensions)
    return [
        *_worst(worst, overall),
        Figures(tuple(figure for figure in drawn if figure)),
        *(_table(f"All values of {name}", parts[name], folded=True) for name in dimensions),
    ]


def _worst(worst: list[Document], overall: object) -> list[Block]:
    if not worst:
        return [Text("No slice has enough rows to be compared.")]
    told = "; ".join(f"{part['dimension']} {part['value']} ({measure(part.get('roc_auc'))})" for part in worst)
    sentence = f"The model ranks worst for {told}. Over all held-out rows its ROC AUC is {measure(overall)}."
    return [Text(sentence), _table("Worst slice of each dimension", worst)]


def _figure(name: str, parts: list[Document], overall: float | None) -> Figure | None:
    measured = [part for part in parts if part.get("roc_auc") is not None and part.get("rows", 0) >= _ENOUGH_ROWS]
    if not measured:
        return None
    shown = measured[:_DRAWN]
    if all(str(part["value"]).isdigit() for part in shown):
        shown = sorted(measured, key=lambda part: int(part["value"]))
    note = f"The {len(shown)} with the most rows, largest first. " if len(shown) < len(measured) else ""
    note += f"Dashed: all rows. Values with fewer than {_ENOUGH_ROWS} rows are in the table only."
    return Figure(f"ROC AUC by {name}", figures.slices(shown, overall), note)


def _table(title: str, parts: list[Document], *, folded: bool = False) -> Table:
    rows = tuple(
        (
            written(part.get("dimension")),
            written(part.get("value")),
            count(part.get("rows")),
            share(part.get("base_rate")),
            share(part.get("mean_predicted")),
            *(measure(part.get(name)) for name in ("roc_auc", "pr_auc", "brier")),
            *(share(part.get(name)) for name in ("precision", "recall")),
        )
        for part in parts
    )
    numbers = ("#rows", "#positive", "#predicted", "#ROC AUC", "#PR AUC", "#Brier", "#precision", "#recall")
    return Table(title, columns("slice", "value", *numbers), rows, folded=folded)

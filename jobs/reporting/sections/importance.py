"""The section on feature importance."""

from collections.abc import Sequence

from jobs.reporting.blocks import Block, Figure, Figures, Table, Text, columns
from jobs.reporting.charts.rows import Bar, Row, Rows, rows
from jobs.reporting.charts.scale import Scale
from jobs.reporting.objective import entries, objective_of
from jobs.reporting.text import Document, as_text, count, enumerated, number, readable, share, with_noun

_MOST_FEATURES = 20


def importance(document: Document) -> list[Block]:
    """Return how much worse the objective gets when a feature is shuffled, and the share of gain of each feature."""
    ranked = sorted(entries(document, "importance"), key=_loss, reverse=True)
    if not ranked:
        return [Text("The evaluation contains no feature importance.")]
    shown = ranked[:_MOST_FEATURES]
    hidden = len(ranked) - len(shown)
    first = enumerated([readable(each["feature"]) for each in ranked[:3]])
    used = sum(1 for each in ranked if each.get("gain"))
    loss = f"loss of {objective_of(document).title}"
    note = f"The {len(shown)} features with the largest loss; the table has {with_noun(hidden, 'feature')} more."
    table = tuple((as_text(each["feature"]), number(_loss(each)), share(each.get("gain"))) for each in ranked)
    honest = [Text("No feature and no slice looks too good to be true.")] if document.get("suspicions") == [] else []
    return [
        *honest,
        Text(f"The model relies most on {first}. It uses {count(used)} of {with_noun(len(ranked), 'feature')}."),
        Figures((Figure("Features by importance", rows(_chart(shown, loss)), note if hidden else ""),), narrow=False),
        Table("All features", columns("feature", f"#{loss}", "#share of gain"), table, folded=True),
    ]


def _loss(each: Document) -> float:
    return float(each.get("permutation") or 0.0)


def _chart(shown: Sequence[Document], loss: str) -> Rows:
    drawn = [
        Row(
            readable(each["feature"]),
            [Bar(0.0, _loss(each), number(_loss(each)), "a" if _loss(each) >= 0 else "b")],
            [number(_loss(each)), share(each.get("gain"))],
        )
        for each in shown
    ]
    return Rows(
        title="Features by importance",
        scale=Scale.over([_loss(each) for each in shown], zero=True),
        rows=drawn,
        heads=("feature", "loss", "gain"),
        axis=f"{loss} when shuffled",
    )

"""The section on slices: where the model is good and where it is not."""

from collections.abc import Iterator, Sequence

from jobs.contracts.metrics import Metric, Problem
from jobs.reporting.blocks import Block, Column, Figure, Figures, Table, Text, columns
from jobs.reporting.charts.rows import Dot, Row, Rows, rows
from jobs.reporting.charts.scale import Scale
from jobs.reporting.objective import entries, metrics_of, objective_of, part, problem_of
from jobs.reporting.text import Document, as_text, capitalized, count, number, readable, share, with_interval, with_noun

#: Values drawn per dimension; the table contains all.
_MOST_VALUES = 24
#: Slices in the list of the least good.
_MOST_WORST = 8
#: Facts about the rows of a slice, by problem, beside its metrics.
_FACTS = {
    Problem.BINARY: (("base_rate", "class 1"), ("mean_predicted", "mean predicted")),
    Problem.MULTICLASS: (),
    Problem.REGRESSION: (("mean_label", "mean actual"), ("mean_predicted", "mean predicted")),
}


def slices(document: Document) -> list[Block]:
    """Return the worst slices by the objective, then a chart and a table of each dimension."""
    all_slices = entries(document, "slices")
    if not all_slices:
        return [Text("The evaluation contains no slices.")]
    dimensions = {str(each.get("dimension")): [] for each in all_slices}  # type: dict[str, list[Document]]
    for each in all_slices:
        dimensions[str(each.get("dimension"))].append(each)
    blocks: list[Block] = [_worst(document), _legend(document)]
    for name, values in dimensions.items():
        blocks.append(Figures((_figure(document, name, values),), narrow=False))
        blocks.append(_table(document, name, values))
    return blocks


def _worst(document: Document) -> Block:
    objective, worst = objective_of(document), entries(document, "worst_slices")
    if not worst:
        return Text("No slice has enough rows for a comparison.")
    measured = (each for each in worst if each.get(objective.name) is not None)
    first = sorted(measured, key=lambda each: objective.gain(each[objective.name], 0.0))[:_MOST_WORST]
    body = tuple(
        (
            readable(each["dimension"]),
            as_text(each["value"]),
            count(each.get("rows")),
            with_interval(each[objective.name], each.get("interval")),
        )
        for each in first
    )
    overall = number(part(document, "metrics").get(objective.name))
    return Table(
        "Where the model is least good",
        columns("feature", "slice", "#rows", f"#{objective.title} (95%)"),
        body,
        note=f"In all test rows it is {overall}. One slice of a feature at most; those of all features are below.",
    )


def _legend(document: Document) -> Text:
    least = document.get("slice_minimum_rows") or 0
    return Text(
        "Dots: the value of the slice; lines: its 95% interval; dashed: all test rows. An interval that crosses the "
        f"dashed line is no evidence of a difference. Gray: fewer than {count(least)} rows, shown but not compared."
    )


def _figure(document: Document, name: str, values: Sequence[Document]) -> Figure:
    objective = objective_of(document)
    shown = _shown(values)
    hidden = len(values) - len(shown)
    note = (
        f"The {len(shown)} values with the most rows; the table below has {with_noun(hidden, 'value')} more."
        if hidden
        else ""
    )
    overall = part(document, "metrics").get(objective.name)
    chart = Rows(
        title=f"{objective.title} by {name}",
        scale=Scale.over(_ends(shown, objective, document, overall), padding=0.04),
        rows=[_row(each, objective, document) for each in shown],
        heads=(readable(name), "rows", "value (95%)"),
        axis=objective.title,
        reference=overall,
    )
    return Figure(f"{capitalized(objective.title)} by {readable(name)}", rows(chart), note)


def _shown(values: Sequence[Document]) -> Sequence[Document]:
    """Return the values to draw: ranges in their order, numbers in ascending order, others with the most rows first."""
    if values and values[0].get("kind") == "range":
        return values
    largest = sorted(values, key=lambda each: -(each.get("rows") or 0))[:_MOST_VALUES]
    if all(str(each.get("value")).lstrip("-").isdigit() for each in largest):
        return sorted(largest, key=lambda each: int(each["value"]))
    return largest


def _ends(
    shown: Sequence[Document], objective: Metric, document: Document, overall: float | None
) -> Iterator[float | None]:
    """Yield what the scale must hold; intervals of small slices would widen it too much."""
    yield overall
    for each in shown:
        yield each.get(objective.name)
        if not _is_small(each, document):
            yield from each.get("interval") or ()


def _is_small(each: Document, document: Document) -> bool:
    return (each.get("rows") or 0) < (document.get("slice_minimum_rows") or 0)


def _row(each: Document, objective: Metric, document: Document) -> Row:
    value = each.get(objective.name)
    words = "undefined" if value is None else with_interval(value, each.get("interval"))
    small = _is_small(each, document)
    color = "quiet" if small else "a"
    return Row(
        as_text(each.get("value")), [Dot(value, each.get("interval"), color)], [count(each.get("rows")), words], small
    )


def _table(document: Document, name: str, values: Sequence[Document]) -> Table:
    problem = problem_of(document)
    form = share if problem is Problem.BINARY else number
    metrics = [
        each
        for each in metrics_of(document, with_decision=True)
        if any(value.get(each.name) is not None for value in values)
    ]
    body = tuple(
        (
            as_text(each.get("value")),
            count(each.get("rows")),
            *(form(each.get(fact)) for fact, _ in _FACTS[problem]),
            *((share if metric.needs_decision else number)(each.get(metric.name)) for metric in metrics),
        )
        for each in values
    )
    heads = (
        *columns(readable(name), "#rows"),
        *(Column(head, number=True) for _, head in _FACTS[problem]),
        *(Column(metric.title, number=True) for metric in metrics),
    )
    return Table(f"All metrics of {with_noun(len(values), 'value')} of {readable(name)}", heads, body, folded=True)

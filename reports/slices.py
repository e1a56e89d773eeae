"""The section on error slices: metrics by each value of the categories and by hour."""

from jobs.contracts.metrics import METRICS, Metric, Problem
from reports import figures
from reports.blocks import (
    Block,
    Column,
    Document,
    Figure,
    Figures,
    Table,
    Text,
    as_text,
    capitalized,
    columns,
    count,
    share,
)
from reports.measures import as_number, objective_of, problem_of

#: Values drawn per dimension; the table contains all.
_MOST_VALUES = 24
#: Facts about the rows of a slice, by problem, beside its metrics.
_FACTS = {
    Problem.BINARY: (("base_rate", "positive"), ("mean_predicted", "mean predicted")),
    Problem.MULTICLASS: (),
    Problem.REGRESSION: (("mean_label", "mean actual"), ("mean_predicted", "mean predicted")),
}


def slices(summary: Document) -> list[Block]:
    """Return the worst slices by the objective, then a figure and a table of each dimension."""
    evaluation = summary.get("evaluation") or {}
    all_slices = evaluation.get("slices") or []
    if not all_slices:
        return [Text("The evaluation contains no slices.")]
    metric, problem = objective_of(summary), problem_of(summary)
    overall, least = (evaluation.get("metrics") or {}).get(metric.name), evaluation.get("slice_minimum_rows") or 0
    dimensions = list(dict.fromkeys(str(part["dimension"]) for part in all_slices))
    parts = {name: [part for part in all_slices if part["dimension"] == name] for name in dimensions}
    drawn = tuple(_figure(name, parts[name], overall, metric, least) for name in dimensions)
    return [
        *_worst(evaluation.get("worst_slices") or [], overall, metric, problem),
        Figures(tuple(figure for figure in drawn if figure)),
        *(_table(f"All values of {name}", parts[name], problem, folded=True) for name in dimensions),
    ]


def _worst(worst: list[Document], overall: object, metric: Metric, problem: Problem) -> list[Block]:
    if not worst:
        return [Text("No slice has enough rows for a comparison.")]
    listed = "; ".join(f"{part['dimension']} {part['value']} ({as_number(part.get(metric.name))})" for part in worst)
    extreme = "lowest" if metric.higher_is_better else "highest"
    sentence = f"{capitalized(metric.title)} is {extreme} for {listed}. Over all test rows it is {as_number(overall)}."
    return [Text(sentence), _table(f"Slice with the {extreme} {metric.title} of each dimension", worst, problem)]


def _figure(name: str, parts: list[Document], overall: float | None, metric: Metric, least: int) -> Figure | None:
    measured = [part for part in parts if part.get(metric.name) is not None and part.get("rows", 0) >= least]
    if not measured:
        return None
    shown = measured[:_MOST_VALUES]
    if all(str(part["value"]).isdigit() for part in shown):
        shown = sorted(measured, key=lambda part: int(part["value"]))
    note = f"The {len(shown)} values with the most rows, largest first. " if len(shown) < len(measured) else ""
    note += f"Dashed: all rows. Values with fewer than {least} rows appear only in the table."
    return Figure(f"{capitalized(metric.title)} by {name}", figures.slices(shown, overall, metric), note)


def _table(title: str, parts: list[Document], problem: Problem, *, folded: bool = False) -> Table:
    facts = [(name, head, share if problem is Problem.BINARY else as_number) for name, head in _FACTS[problem]]
    values = [
        *facts,
        *(
            (metric.name, metric.title, share if metric.needs_decision else as_number)
            for metric in METRICS.values()
            if problem in metric.problems and any(part.get(metric.name) is not None for part in parts)
        ),
    ]
    rows = tuple(
        (
            as_text(part.get("dimension")),
            as_text(part.get("value")),
            count(part.get("rows")),
            *(form(part.get(name)) for name, _, form in values),
        )
        for part in parts
    )
    heads = (*columns("slice", "value", "#rows"), *(Column(head, number=True) for _, head, _ in values))
    return Table(title, heads, rows, folded=folded)

"""The section on metrics: the model with intervals, beside baselines and champion."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from jobs.contracts.metrics import Metric
from jobs.reporting.blocks import Block, Column, Figure, Figures, Table, Text, columns, stacked
from jobs.reporting.charts.rows import Dot, Row, Rows, rows
from jobs.reporting.charts.scale import Scale
from jobs.reporting.headline import headline
from jobs.reporting.objective import metrics_of, named_baselines, objective_of, part
from jobs.reporting.text import Document, as_text, capitalized, count, interval, moment, number, with_interval


@dataclass(frozen=True)
class _Subject:
    """The model, the champion or a baseline on some of the test rows."""

    name: str
    rows: Any
    metrics: Document
    intervals: Document
    kind: str
    """`model`, `other`, or `same rows` for the model on the rows of another."""


def comparison(document: Document) -> list[Block]:
    """Return the deciding metric as a chart, the sentence about the champion, and all metrics as a table."""
    subjects = list(_subjects(document))
    if not part(document, "metrics"):
        return [Text("No metric was measured.")]
    objective = objective_of(document)
    blocks: list[Block] = [Text(text) for text in _sentences(document)]
    blocks.append(Figures((_chart(objective, subjects, document),), narrow=False))
    return [*blocks, *_gains(document), _table(subjects, metrics_of(document))]


def _subjects(document: Document) -> Iterator[_Subject]:
    """Yield the model, then champion and baselines, each followed by the model if it was measured on other rows."""
    test = part(document, "rows").get("test")
    yield _Subject("This model", test, part(document, "metrics"), part(document, "intervals"), "model")
    champion = part(document, "champion_before")
    others = [(f"Champion, version {champion.get('version')}", champion, "own_metrics")] if champion else []
    others += [(capitalized(title), baseline, "model_metrics") for _, title, baseline in named_baselines(document)]
    shown = {test, None}
    for name, other, own in others:
        if not other.get("metrics"):
            continue
        rows_known = other.get("rows")
        yield _Subject(name, rows_known, other["metrics"], part(other, "intervals"), "other")
        if rows_known not in shown:
            shown.add(rows_known)
            yield _Subject(f"This model, {count(rows_known)} rows", rows_known, part(other, own), {}, "same rows")


def _sentences(document: Document) -> Iterator[str]:
    champion = part(document, "champion_before")
    if champion and not champion.get("metrics"):
        yield f"The champion, version {as_text(champion.get('version'))}, is not compared: {champion.get('reason')}."
    elif champion and champion.get("days"):
        yield (
            f"The champion is compared on the {count(champion.get('rows'))} test rows of {champion['days']} days after "
            f"those it has learnt from (until {moment(champion.get('learnt_until'))})."
        )
    if (difference := document.get("onnx_difference")) is not None:
        yield f"Predictions of the exported ONNX graph and of the native model differ by at most {difference:.1e}."


def _chart(objective: Metric, subjects: Sequence[_Subject], document: Document) -> Figure:
    name = objective.name
    measured = [each for each in subjects if each.kind != "same rows" and each.metrics.get(name) is not None]
    values = [end for each in measured for end in (each.metrics[name], *(each.intervals.get(name) or ()))]
    drawn = [
        Row(
            each.name,
            [Dot(each.metrics[name], each.intervals.get(name), "a" if each.kind == "model" else "b")],
            [with_interval(each.metrics[name], each.intervals.get(name))],
        )
        for each in measured
    ]
    chart = Rows(
        title=objective.title,
        scale=Scale.over(values, padding=0.06),
        rows=drawn,
        heads=("", "value (95%)"),
        axis=f"{objective.title}, {objective.direction} is better",
        reference=part(document, "metrics").get(objective.name),
    )
    note = "The metric that decides. Lines: 95% intervals, bootstrap over days. Dashed: this model on all test rows."
    return Figure(f"{capitalized(objective.title)} beside baselines and champion", rows(chart), note)


def _gains(document: Document) -> Iterator[Table]:
    found = headline(document)
    if found and found.compared:
        rows_of_gains = tuple(
            (capitalized(each.title), each.gain, number(each.value), number(each.own)) for each in found.compared
        )
        heads = columns("compared with", "the model is", f"#its {found.metric.title}", "#model, same rows")
        yield Table("How much better the model is", heads, rows_of_gains)


def _table(subjects: Sequence[_Subject], metrics: Sequence[Metric]) -> Table:
    shown = [metric for metric in metrics if any(each.metrics.get(metric.name) is not None for each in subjects)]
    heads = (
        Column(""),
        Column("rows", number=True),
        *(Column(f"{metric.title} {'↑' if metric.higher_is_better else '↓'}", number=True) for metric in shown),
    )
    body = tuple(
        (each.name, count(each.rows), *(_cell(each.metrics, each.intervals, metric) for metric in shown))
        for each in subjects
    )
    return Table("All metrics on the test split", heads, body, note="↑ higher is better, ↓ lower is better.")


def _cell(values: Document, intervals: Document, metric: Metric) -> str:
    ends = intervals.get(metric.name)
    return stacked(number(values.get(metric.name)), interval(ends) if ends else "")

"""The section on time: metrics within days, and the deciding metric of each partition of the test split."""

from collections.abc import Sequence
from itertools import islice

from jobs.contracts.metrics import Problem
from jobs.reporting.blocks import Block, Column, Figure, Figures, Table, columns, stacked
from jobs.reporting.charts.plane import COLORS, MOST_DOTS, Plane, Point, Series, plane
from jobs.reporting.charts.scale import Categories, Scale
from jobs.reporting.objective import entries, metrics_of, named_baselines, objective_of, part, problem_of, title_of
from jobs.reporting.text import Document, capitalized, count, interval, number, with_interval

_APART = (
    "The mean over days measures how well the model tells rows of the same day apart. Differences between good and bad "
    "days, which a model of the day alone would find too, do not count."
)
_NOTES = {
    Problem.BINARY: _APART,
    Problem.MULTICLASS: _APART,
    Problem.REGRESSION: (
        "The mean over days is the value of a usual day. Days with many rows or large values weigh more in the value "
        "over all rows."
    ),
}


def over_time(document: Document) -> list[Block]:
    """Return the means over days beside the values over all rows, and the partitions of the test split."""
    blocks: list[Block] = []
    if table := _within_day(document):
        blocks.append(table)
    if partitions := entries(document, "by_partition"):
        blocks += [Figures((_chart(document, partitions),), narrow=False), _table(document, partitions)]
    return blocks


def _within_day(document: Document) -> Table | None:
    days, overall, ends = (part(document, name) for name in ("within_day", "metrics", "intervals"))
    rows = tuple(
        (
            capitalized(title_of(name)),
            stacked(number(overall.get(name)), interval(ends[name]) if ends.get(name) else ""),
            stacked(number(day.get("value")), interval(day["interval"]) if day.get("interval") else ""),
        )
        for name, day in days.items()
        if day
    )
    return (
        Table("Within days", columns("metric", "#all rows", "#mean of days"), rows, note=_NOTES[problem_of(document)])
        if rows
        else None
    )


def _chart(document: Document, partitions: Sequence[Document]) -> Figure:
    objective = objective_of(document)
    names = [str(each.get("partition")) for each in partitions]
    own = [_point(place, each, each.get(objective.name), each.get("interval")) for place, each in enumerate(partitions)]
    titles = {name: title for name, title, _ in named_baselines(document)}
    found = dict.fromkeys(name for each in partitions for name in part(each, "baselines"))
    others = [
        Series(
            [_point(place, each, part(each, "baselines").get(name)) for place, each in enumerate(partitions)],
            titles.get(name, name),
            color,
            dots=len(partitions) <= MOST_DOTS,
        )
        for name, color in zip(islice(found, len(COLORS) - 1), COLORS[1:], strict=False)
    ]
    drawn = [*others, Series(own, "this model", dots=len(partitions) <= MOST_DOTS)]
    values = [end for series in drawn for point in series.points for end in (point.y, *(point.interval or ()))]
    chart = Plane(
        title=f"{objective.title} by partition",
        x=Categories(names),
        y=Scale.over(values, padding=0.06),
        y_title=f"{objective.title}, {objective.direction} is better",
        series=drawn,
    )
    return Figure(f"{capitalized(objective.title)} of each partition", plane(chart), "Lines: 95% intervals over days.")


def _point(place: int, each: Document, value: float | None, ends: Sequence[float] | None = None) -> Point:
    text = f"{each.get('partition')}: {with_interval(value, ends)}, {count(each.get('rows'))} rows"
    return Point(place, value, text, ends)


def _table(document: Document, partitions: Sequence[Document]) -> Table:
    metrics = [
        metric
        for metric in metrics_of(document, with_decision=True)
        if any(each.get(metric.name) is not None for each in partitions)
    ]
    rows = tuple(
        (str(each.get("partition")), count(each.get("rows")), *(number(each.get(metric.name)) for metric in metrics))
        for each in partitions
    )
    heads = (*columns("partition", "#rows"), *(Column(metric.title, number=True) for metric in metrics))
    return Table("Metrics of each partition", heads, rows, folded=len(rows) > 6)

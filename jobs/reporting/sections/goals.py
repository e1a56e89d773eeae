"""The section on goals: what was asked for, what was measured, and whether it is enough."""

from markupsafe import Markup

from jobs.reporting.blocks import Block, Table, Text, columns, mark, stacked
from jobs.reporting.charts.rows import Dot, strip
from jobs.reporting.charts.scale import Scale
from jobs.reporting.objective import entries, title_of
from jobs.reporting.text import (
    ABSENT,
    Document,
    capitalized,
    count,
    interval,
    is_number,
    number,
    readable,
    share,
    with_noun,
)


def goals(document: Document) -> list[Block]:
    """Return a row for each goal, those that are not met first."""
    all_goals = sorted(entries(document, "goals"), key=lambda goal: bool(goal.get("met")))
    if not all_goals:
        return [Text("The pipeline sets no goals.")]
    met = sum(1 for goal in all_goals if goal.get("met"))
    rows = tuple(_row(goal) for goal in all_goals)
    heads = columns("goal", "result", "asked", "#measured", "")
    note = "Intervals: 95%, bootstrap over days. Line: the interval; dot: the value; dashed: the limit."
    return [
        Text(f"{met} of {with_noun(len(all_goals), 'goal')} met."),
        Table("", heads, rows, note=note),
    ]


def goal_title(goal: Document) -> str:
    """Return the metric of a goal in words, with the rows it holds for."""
    title = capitalized(str(goal.get("title") or title_of(str(goal.get("metric")))))
    return f"{title}, mean of days" if goal.get("within_day") else title


def _row(goal: Document) -> tuple[str, ...]:
    return (
        stacked(goal_title(goal), _rows_of(goal)),
        mark(bool(goal.get("met"))),
        _asked(goal),
        _measured(goal),
        _strip(goal),
    )


def _is_relative(goal: Document) -> bool:
    return goal.get("improvement_value") is not None


def _rows_of(goal: Document) -> str:
    part = goal.get("slice")
    if not part:
        return ""
    dimension = readable(part.get("dimension"))
    if part.get("value") is None:
        return f"{dimension}: no value has enough rows"
    compared = f", the worst of {with_noun(part['values'], 'value')}" if part.get("values") else ""
    return f"{dimension} {part['value']}{compared}, {count(part.get('rows'))} rows"


def _asked(goal: Document) -> Markup:
    sure = "with 95% confidence" if goal.get("confident") else ""
    if goal.get("baseline") and goal.get("improvement") is not None:
        aim = f"{share(goal['improvement'])} better than" if goal["improvement"] else "not worse than"
        return stacked(f"{aim} {readable(goal['baseline'])} ({number(goal.get('baseline_value'))})", sure)
    limit = "at least" if goal.get("direction") == "higher" else "at most"
    return stacked(f"{limit} {number(goal.get('limit'))}", sure)


def _measured(goal: Document) -> Markup:
    if not _is_relative(goal):
        ends = goal.get("interval")
        return stacked(number(goal.get("value")), interval(ends) if ends else "")
    improvement, ends = goal["improvement_value"], goal.get("improvement_interval")
    words = f"{share(abs(improvement))} {'better' if improvement >= 0 else 'worse'}"
    return stacked(words, interval(ends, share) if ends else "")


def _strip(goal: Document) -> str:
    relative = ("improvement_value", "improvement_interval", "improvement")
    names = relative if _is_relative(goal) else ("value", "interval", "limit")
    value, ends, limit = (goal.get(name) for name in names)
    if not is_number(value):
        return ABSENT
    scale = Scale.over([value, limit, *(ends or ())], padding=0.12)
    return strip(scale, [Dot(value, ends, "good" if goal.get("met") else "bad")], limit)

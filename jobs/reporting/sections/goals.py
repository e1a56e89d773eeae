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
    sentence,
    share,
    with_noun,
)


def goals(document: Document) -> list[Block]:
    """Return a row for each goal, those that are not met first."""
    all_goals = sorted(entries(document, "goals"), key=lambda goal: bool(goal.get("met")))
    if not all_goals:
        return [Text("The pipeline sets no goals.")]
    missed = [goal for goal in all_goals if not goal.get("met")]
    summary = f"{len(all_goals) - len(missed)} of {with_noun(len(all_goals), 'goal')} met."
    rows = tuple(_row(goal) for goal in all_goals)
    heads = columns("goal", "result", "asked", "#measured", "")
    note = "Intervals: 95%, bootstrap over days. Line: the interval; dot: the value; dashed: the limit."
    return [
        Text(" ".join([summary, *(sentence(str(goal.get("sentence") or "")) for goal in missed)])),
        Table("", heads, rows, note=note),
    ]


def goal_title(goal: Document) -> str:
    """Return the metric of a goal in words, with the rows it holds for."""
    title = capitalized(str(goal.get("title") or title_of(str(goal.get("metric")))))
    return f"{title}, mean of days" if goal.get("within_day") else title


def _row(goal: Document) -> tuple[str, ...]:
    relative = goal.get("improvement_value") is not None
    value = share(goal["improvement_value"]) if relative else number(goal.get("value"))
    ends = goal.get("improvement_interval") if relative else goal.get("interval")
    note = interval(ends, share if relative else None)
    words = stacked(f"{value} better" if relative else value, "" if note == ABSENT else note)
    return (
        stacked(goal_title(goal), _rows_of(goal)),
        mark(bool(goal.get("met"))),
        _asked(goal),
        words,
        _strip(goal, relative=relative),
    )


def _rows_of(goal: Document) -> str:
    part = goal.get("slice")
    if not part:
        return ""
    compared = f", the worst of {with_noun(part['values'], 'value')}" if part.get("values") else ""
    return f"{readable(part.get('dimension'))} {part.get('value')}{compared}, {count(part.get('rows'))} rows"


def _asked(goal: Document) -> Markup:
    sure = "with 95% confidence" if goal.get("confident") else ""
    if goal.get("baseline") and goal.get("improvement") is not None:
        beside = f"{goal['baseline'].replace('_', ' ')} ({number(goal.get('baseline_value'))})"
        return stacked(f"{share(goal['improvement'])} better than {beside}", sure)
    limit = "at least" if goal.get("direction") == "higher" else "at most"
    return stacked(f"{limit} {number(goal.get('limit'))}", sure)


def _strip(goal: Document, *, relative: bool) -> str:
    names = ("improvement_value", "improvement_interval", "improvement") if relative else ("value", "interval", "limit")
    value, ends, limit = (goal.get(name) for name in names)
    if not is_number(value):
        return ABSENT
    scale = Scale.over([value, limit, *(ends or ())], padding=0.12)
    return strip(scale, [Dot(value, ends, "good" if goal.get("met") else "bad")], limit)

"""The metrics of a model that a reader looks at first: those of its goals, then the others of its problem."""

from collections.abc import Sequence
from dataclasses import dataclass

from jobs.contracts.metrics import METRICS, Metric, Problem
from reports.blocks import Document, as_text

#: The metric that stands for a problem where an evaluation names none.
_FIRST = {Problem.BINARY: "roc_auc", Problem.MULTICLASS: "accuracy", Problem.REGRESSION: "mae"}


@dataclass(frozen=True)
class Measure:
    """A metric with its value on the test split and its goal in words, empty if it has none."""

    name: str
    title: str
    value: object
    goal: str
    met: bool | None


def problem_of(summary: Document) -> Problem:
    """Return the problem that the evaluated model solves."""
    return Problem(str((summary.get("evaluation") or {}).get("problem") or Problem.BINARY))


def objective_of(summary: Document) -> Metric:
    """Return the metric by which tuning chose a trial."""
    name = ((summary.get("evaluation") or {}).get("objective") or {}).get("metric")
    return METRICS.get(str(name)) or METRICS[_FIRST[problem_of(summary)]]


def measures(summary: Document) -> list[Measure]:
    """Return the metrics with a goal in the order of the goals, then the problem's others without a threshold."""
    evaluation = summary.get("evaluation") or {}
    values = evaluation.get("metrics") or summary.get("metrics") or {}
    goals = [goal for goal in evaluation.get("goals") or () if not goal.get("slice")]
    problem = problem_of(summary)
    others = [metric.name for metric in METRICS.values() if problem in metric.problems and not metric.needs_decision]
    names = dict.fromkeys([*(str(goal["metric"]) for goal in goals), *others])
    return [_measure(name, values[name], goals) for name in names if name in values]


def _measure(name: str, value: object, goals: Sequence[Document]) -> Measure:
    own = [goal for goal in goals if goal["metric"] == name]
    title = METRICS[name].title if name in METRICS else name
    met = all(bool(goal.get("met")) for goal in own) if own else None
    return Measure(name, title, value, "; ".join(goal_text(goal) for goal in own), met)


def goal_text(goal: Document) -> str:
    """Return a goal in words, such as `at least 0.745: met`."""
    limit = "at least" if goal.get("direction") == "higher" else "at most"
    baseline = f" (baseline {goal['baseline']})" if goal.get("baseline") else ""
    return f"{limit} {as_number(goal.get('limit'))}{baseline}: {'met' if goal.get('met') else 'missed'}"


def as_number(value: object) -> str:
    """Format a number of any size with about four significant digits."""
    if not isinstance(value, int | float):
        return as_text(value)
    return f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"

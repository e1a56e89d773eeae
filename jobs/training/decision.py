"""The decision about a model: whether it is approved for use, and whether it is to replace the champion."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from jobs.contracts.metrics import Metric
from jobs.training.bootstrap import Interval
from jobs.training.goal_result import GoalResult, number, spread

Metrics = Mapping[str, float | None]


@dataclass(frozen=True, kw_only=True)
class Gain:
    """By how much the objective of a model is better than the champion's; negative if it is worse."""

    value: float
    interval: Interval
    """Of the difference: both models are measured on the same resampled days."""


@dataclass(frozen=True, kw_only=True)
class Champion:
    """The champion before a run, and both models on the test rows after all that the champion learnt from."""

    version: str
    learnt_until: str | None = None
    rows: int = 0
    days: int = 0
    metrics: Metrics | None = None
    own_metrics: Metrics | None = None
    """The metrics of this run's model on the same rows."""
    gain: Gain | None = None
    reason: str | None = None
    """Why the two models cannot be compared."""
    answers_another_question: bool = False
    """Whether it has another label, problem or classes, or reads columns that no longer exist."""

    def to_document(self) -> dict[str, Any]:
        """The comparison as JSON."""
        return {name: value for name, value in asdict(self).items() if name != "answers_another_question"}


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Outcome of the comparison of a model with its goals and with the champion."""

    approved: bool
    """Whether the model may make predictions: it meets all goals and is not worse than the champion with confidence."""
    becomes_champion: bool
    """Whether the model replaces the champion when it is promoted: it also is better with confidence."""
    reasons: tuple[str, ...]
    """One sentence per goal, and one about the champion."""


def decide(results: Sequence[GoalResult], objective: Metric, champion: Champion | None) -> Decision:
    """Compare a model with its goals, and by its objective with the champion on the same rows.

    Without a champion, or with one that answers another question, the goals alone decide. A champion that cannot be
    measured is not replaced, because nothing says that the model is better.
    """
    meets_goals = all(result.met for result in results)
    gain = champion.gain if champion is not None else None
    free = champion is None or champion.answers_another_question
    better, worse = gain is not None and gain.interval[0] > 0, gain is not None and gain.interval[1] < 0
    becomes_champion = meets_goals and (free or better)
    comparison = _comparison(objective, champion)
    end = "; it becomes the champion when it is promoted" if becomes_champion else ""
    return Decision(
        approved=meets_goals and not worse,
        becomes_champion=becomes_champion,
        reasons=(*(result.sentence for result in results), comparison + end),
    )


def _comparison(objective: Metric, champion: Champion | None) -> str:
    if champion is None:
        return "there is no champion to compare with"
    name = f"champion version {champion.version}"
    if champion.gain is None:
        return f"{name} cannot be compared: {champion.reason}"
    own, other = ((metrics or {})[objective.name] for metrics in (champion.own_metrics, champion.metrics))
    gain = champion.gain
    low, high = gain.interval
    relation = f"{number(abs(gain.value))} {'better' if gain.value > 0 else 'worse'} than" if gain.value else "equal to"
    compared = (
        f"{objective.title} is {number(own or 0.0)}, {relation} the {number(other or 0.0)} of {name} on the same "
        f"{champion.rows:,} rows{spread(gain.interval, number, 'of the gain')}"
    )
    if low > 0:
        return compared
    if high < 0:
        return f"{compared}, so the model is worse"
    return f"{compared}, which does not show that the model is better, so {name} stays"

"""The decision about a model: whether it is approved for use, and whether it replaces the champion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jobs.contracts.metrics import METRICS
from jobs.training.goal_result import GoalResult

Metrics = Mapping[str, float | None]


@dataclass(frozen=True, kw_only=True)
class Champion:
    """The current champion and its metrics on the test rows, or the reason why it cannot score them."""

    version: str
    metrics: Metrics | None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Outcome of the comparison of a model with its goals and with the champion."""

    approved: bool
    """Whether the model may make predictions: it meets all goals and is not worse than the champion."""
    becomes_champion: bool
    """Whether the model gets the champion alias: it meets all goals and is better than the champion."""
    reasons: tuple[str, ...]
    """One sentence per goal, and one about the champion."""


def decide(metrics: Metrics, results: Sequence[GoalResult], objective: str, champion: Champion | None) -> Decision:
    """Compare a model with its goals, and by its objective with the champion on the same rows.

    Without a champion, or with one that cannot score the current rows, the goals alone decide. A model that equals the
    champion does not replace it, so that a repeated run changes nothing.
    """
    meets_goals = all(result.met for result in results)
    gain, comparison = _compare(metrics, objective, champion)
    return Decision(
        approved=meets_goals and (gain is None or gain >= 0),
        becomes_champion=meets_goals and (gain is None or gain > 0),
        reasons=(*(result.sentence for result in results), comparison),
    )


def _compare(metrics: Metrics, objective: str, champion: Champion | None) -> tuple[float | None, str]:
    """By how much the objective is better than the champion's, None without a comparison, and a sentence."""
    if champion is None:
        return None, "there is no champion to compare with"
    if champion.metrics is None:
        return None, f"champion version {champion.version} cannot be compared: {champion.reason}"
    own, other = metrics[objective], champion.metrics[objective]
    if own is None or other is None:
        return None, f"champion version {champion.version} cannot be compared: {objective} is undefined"
    gain = METRICS[objective].gain(own, other)
    relation = "beats" if gain > 0 else "equals" if gain == 0 else "is behind"
    return gain, (
        f"with {METRICS[objective].title} {own:.4f} it {relation} champion version {champion.version} with {other:.4f} "
        "on the same rows"
    )

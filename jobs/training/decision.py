"""The decision about a model: whether it is approved for use, and whether it replaces the champion."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jobs.contracts.goals import Goals
from jobs.training.errors import TrainingError


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Outcome of the comparison of a model with its goals and with the champion."""

    approved: bool
    """Whether the model may make predictions: it meets all goals and is within the tolerance of the champion."""
    becomes_champion: bool
    """Whether the model gets the champion alias: it meets all goals and is at least as good as the champion."""
    goals: tuple[dict[str, Any], ...]
    """Each goal with its metric, minimum, value and whether it is met."""
    reasons: tuple[str, ...]
    """One sentence per goal, and one about the champion."""


def decide(
    metrics: Mapping[str, float],
    goals: Goals,
    *,
    champion_version: str | None,
    champion_metrics: Mapping[str, float] | None,
) -> Decision:
    """Compare a model's metrics with its goals and with the champion's metrics on the same rows.

    Without a champion, or with one that cannot score the current rows, the goals alone decide.
    Raises TrainingError when the goals name a metric that is not measured.
    """
    unknown = sorted({*(goal.metric for goal in goals.goals), goals.deciding} - set(metrics))
    if unknown:
        raise TrainingError(f"goals name metrics {unknown} which are not measured; allowed are {sorted(metrics)}")
    checked = tuple(
        {
            "metric": goal.metric,
            "minimum": goal.minimum,
            "value": metrics[goal.metric],
            "met": metrics[goal.metric] >= (goal.minimum or 0.0),
        }
        for goal in goals.goals
    )
    meets_goals = all(goal["met"] for goal in checked)
    difference, comparison = _compare(metrics, goals.deciding, champion_version, champion_metrics)
    reasons = [f"{goal['metric']} is {goal['value']:.4f}, the goal is at least {goal['minimum']}" for goal in checked]
    return Decision(
        approved=meets_goals and difference >= -goals.tolerance,
        becomes_champion=meets_goals and difference >= 0,
        goals=checked,
        reasons=(*reasons, comparison),
    )


def _compare(
    metrics: Mapping[str, float], deciding: str, version: str | None, champion: Mapping[str, float] | None
) -> tuple[float, str]:
    """The difference of the deciding metric to the champion, 0 without a comparison, and a sentence about it."""
    if version is None:
        return 0.0, "there is no champion to compare with"
    if champion is None:
        return 0.0, f"champion version {version} reads columns that the data set no longer has and cannot be compared"
    own, other = metrics[deciding], champion[deciding]
    relation = "beats" if own > other else "equals" if own == other else "is behind"
    return own - other, (
        f"with {deciding} {own:.4f} it {relation} champion version {version} with {other:.4f} on the same rows"
    )

"""Whether a model may be used, and whether it takes over: goals first, then the present champion. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jobs.training.errors import TrainingError

#: What champion and challenger are compared by.
DECIDING_METRIC = "pr_auc"
#: By how much less of it a model may still serve: about the noise of tuning the same data twice.
TOLERATED_LOSS = 0.005


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`approved` opens the gate to predictions; `takes_over` moves the alias; `reasons` say both in sentences."""

    approved: bool
    takes_over: bool
    goals: tuple[dict[str, Any], ...]
    reasons: tuple[str, ...]


def judge(
    metrics: Mapping[str, float],
    minimums: Mapping[str, float],
    *,
    champion_version: str | None,
    champion_metrics: Mapping[str, float] | None,
) -> Verdict:
    """Compare a model with its goals and with the champion's metrics on the same rows."""
    unknown = sorted(set(minimums) - set(metrics))
    if unknown:
        raise TrainingError(f"goals name metrics {unknown} which are not measured; allowed are {sorted(metrics)}")
    goals = tuple(
        {"metric": name, "minimum": least, "value": metrics[name], "met": metrics[name] >= least}
        for name, least in minimums.items()
    )
    missed = [goal for goal in goals if not goal["met"]]
    difference, comparison = _compare(metrics, champion_version, champion_metrics)
    reasons = [f"{goal['metric']} is {goal['value']:.4f}, the goal is at least {goal['minimum']}" for goal in goals]
    return Verdict(
        approved=not missed and difference >= -TOLERATED_LOSS,
        takes_over=not missed and difference >= 0,
        goals=goals,
        reasons=(*reasons, comparison),
    )


def _compare(
    metrics: Mapping[str, float], version: str | None, champion: Mapping[str, float] | None
) -> tuple[float, str]:
    if version is None:
        return 0.0, "there is no champion to compare with"
    if champion is None:
        return 0.0, f"champion version {version} reads columns that the data set no longer has, so it is no measure"
    own, other = metrics[DECIDING_METRIC], champion[DECIDING_METRIC]
    relation = "beats" if own > other else "equals" if own == other else "is behind"
    return own - other, (
        f"with {DECIDING_METRIC} {own:.4f} it {relation} champion version {version} with {other:.4f} on the same rows"
    )

import pytest

from jobs.training.decision import Champion, Metrics, decide
from jobs.training.goal_result import GoalResult

GOOD: Metrics = {"roc_auc": 0.76, "pr_auc": 0.57, "log_loss": 0.4}
MET, MISSED = GoalResult(metric="pr_auc", limit=0.55, value=0.57), GoalResult(metric="pr_auc", limit=0.55, value=0.54)


def champion(**metrics: float) -> Champion:
    return Champion(version="4", metrics=metrics)


def test_the_first_model_that_meets_its_goals_becomes_champion() -> None:
    decision = decide(GOOD, (MET, MET), "pr_auc", None)
    assert (decision.approved, decision.becomes_champion) == (True, True)
    assert decision.reasons[-1] == "there is no champion to compare with"


def test_a_missed_goal_closes_the_gate() -> None:
    decision = decide(GOOD, (MET, MISSED), "pr_auc", champion(pr_auc=0.1))
    assert (decision.approved, decision.becomes_champion) == (False, False)
    assert "PR AUC is 0.5400, the goal is at least 0.5500" in decision.reasons


@pytest.mark.parametrize(
    ("objective", "other", "approved", "becomes_champion", "relation"),
    [
        ("pr_auc", 0.56, True, True, "beats"),
        ("pr_auc", 0.57, True, False, "equals"),
        ("pr_auc", 0.58, False, False, "is behind"),
        ("log_loss", 0.41, True, True, "beats"),
        ("log_loss", 0.40, True, False, "equals"),
        ("log_loss", 0.39, False, False, "is behind"),
    ],
)
def test_the_champion_is_measured_on_the_same_rows(
    objective: str, other: float, approved: bool, becomes_champion: bool, relation: str
) -> None:
    decision = decide(GOOD, (MET,), objective, champion(**{objective: other}))
    assert (decision.approved, decision.becomes_champion) == (approved, becomes_champion)
    assert f"{relation} champion version 4" in decision.reasons[-1]


def test_a_champion_that_cannot_be_scored_is_not_compared() -> None:
    unknown = Champion(version="4", metrics=None, reason="it predicts other classes")
    decision = decide(GOOD, (MET,), "pr_auc", unknown)
    assert decision.becomes_champion
    assert decision.reasons[-1] == "champion version 4 cannot be compared: it predicts other classes"

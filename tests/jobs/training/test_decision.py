from dataclasses import replace

import pytest

from jobs.contracts.goals import Goal, Goals, MistakeCosts
from jobs.training.decision import decide
from jobs.training.errors import TrainingError

GOALS = Goals(
    goals=(Goal(metric="roc_auc", minimum=0.745), Goal(metric="pr_auc", minimum=0.55)),
    deciding="pr_auc",
    tolerance=0.005,
    costs=MistakeCosts(missed=4.0, false_alarm=1.0),
)
GOOD = {"roc_auc": 0.76, "pr_auc": 0.57}


def test_the_first_model_that_meets_its_goals_becomes_champion() -> None:
    decision = decide(GOOD, GOALS, champion_version=None, champion_metrics=None)
    assert (decision.approved, decision.becomes_champion) == (True, True)
    assert [goal["met"] for goal in decision.goals] == [True, True]
    assert decision.reasons[-1] == "there is no champion to compare with"


def test_a_missed_goal_closes_the_gate() -> None:
    decision = decide({**GOOD, "pr_auc": 0.54}, GOALS, champion_version="1", champion_metrics={"pr_auc": 0.1})
    assert (decision.approved, decision.becomes_champion) == (False, False)
    assert "pr_auc is 0.5400, the goal is at least 0.55" in decision.reasons


@pytest.mark.parametrize(
    ("champion", "approved", "becomes_champion", "relation"),
    [
        (0.56, True, True, "beats"),
        (0.57, True, True, "equals"),
        (0.57 + GOALS.tolerance / 2, True, False, "is behind"),
        (0.57 + GOALS.tolerance * 2, False, False, "is behind"),
    ],
)
def test_the_champion_is_measured_on_the_same_rows(
    champion: float, approved: bool, becomes_champion: bool, relation: str
) -> None:
    decision = decide(GOOD, GOALS, champion_version="4", champion_metrics={"pr_auc": champion})
    assert (decision.approved, decision.becomes_champion) == (approved, becomes_champion)
    assert f"{relation} champion version 4" in decision.reasons[-1]


def test_the_pipeline_chooses_the_deciding_metric_and_the_tolerance() -> None:
    goals = replace(GOALS, deciding="roc_auc", tolerance=0.02)
    champion = {"roc_auc": 0.775, "pr_auc": 0.9}
    decision = decide(GOOD, goals, champion_version="4", champion_metrics=champion)
    assert (decision.approved, decision.becomes_champion) == (True, False)


def test_a_champion_that_cannot_be_scored_is_not_compared() -> None:
    decision = decide(GOOD, GOALS, champion_version="4", champion_metrics=None)
    assert decision.becomes_champion
    assert "reads columns that the data set no longer has" in decision.reasons[-1]


@pytest.mark.parametrize(
    "goals", [replace(GOALS, goals=(Goal(metric="accuracy", minimum=0.9),)), replace(GOALS, deciding="accuracy")]
)
def test_a_metric_that_is_not_measured_is_refused(goals: Goals) -> None:
    with pytest.raises(TrainingError, match=r"goals name metrics \['accuracy'\]"):
        decide(GOOD, goals, champion_version=None, champion_metrics=None)

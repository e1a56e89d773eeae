import pytest

from jobs.training.errors import TrainingError
from jobs.training.verdict import TOLERATED_LOSS, judge

GOALS = {"roc_auc": 0.745, "pr_auc": 0.55}
GOOD = {"roc_auc": 0.76, "pr_auc": 0.57}


def test_the_first_model_that_meets_its_goals_becomes_champion() -> None:
    verdict = judge(GOOD, GOALS, champion_version=None, champion_metrics=None)
    assert (verdict.approved, verdict.takes_over) == (True, True)
    assert [goal["met"] for goal in verdict.goals] == [True, True]
    assert verdict.reasons[-1] == "there is no champion to compare with"


def test_a_missed_goal_closes_the_gate() -> None:
    verdict = judge({**GOOD, "pr_auc": 0.54}, GOALS, champion_version="1", champion_metrics={"pr_auc": 0.1})
    assert (verdict.approved, verdict.takes_over) == (False, False)
    assert "pr_auc is 0.5400, the goal is at least 0.55" in verdict.reasons


@pytest.mark.parametrize(
    ("champion", "approved", "takes_over", "word"),
    [
        (0.56, True, True, "beats"),
        (0.57, True, True, "equals"),
        (0.57 + TOLERATED_LOSS / 2, True, False, "is behind"),
        (0.57 + TOLERATED_LOSS * 2, False, False, "is behind"),
    ],
)
def test_the_champion_is_measured_on_the_same_rows(
    champion: float, approved: bool, takes_over: bool, word: str
) -> None:
    verdict = judge(GOOD, GOALS, champion_version="4", champion_metrics={"pr_auc": champion})
    assert (verdict.approved, verdict.takes_over) == (approved, takes_over)
    assert f"{word} champion version 4" in verdict.reasons[-1]


def test_a_champion_that_cannot_be_scored_is_no_measure() -> None:
    verdict = judge(GOOD, GOALS, champion_version="4", champion_metrics=None)
    assert verdict.takes_over
    assert "reads columns that the data set no longer has" in verdict.reasons[-1]


def test_a_goal_that_nothing_measures_is_a_mistake() -> None:
    with pytest.raises(TrainingError, match=r"goals name metrics \['accuracy'\]"):
        judge(GOOD, {"accuracy": 0.9}, champion_version=None, champion_metrics=None)

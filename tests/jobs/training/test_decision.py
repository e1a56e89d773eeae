import pytest

from jobs.contracts.metrics import METRICS
from jobs.training.decision import Champion, Decision, Gain, decide
from jobs.training.goal_result import GoalResult

MET, MISSED = GoalResult(metric="pr_auc", limit=0.55, value=0.57), GoalResult(metric="pr_auc", limit=0.55, value=0.54)


def champion(value: float, low: float, high: float) -> Champion:
    """A champion with which the model was compared on 12,000 rows."""
    return Champion(
        version="4",
        learnt_until="2013-10-31T23:00:00Z",
        rows=12_000,
        days=61,
        metrics={"pr_auc": 0.57 - value},
        own_metrics={"pr_auc": 0.57},
        gain=Gain(value=value, interval=(low, high)),
    )


def decided(*results: GoalResult, against: Champion | None = None) -> Decision:
    return decide(results, METRICS["pr_auc"], against)


def test_the_first_model_that_meets_its_goals_becomes_champion() -> None:
    decision = decided(MET, MET)
    assert (decision.approved, decision.becomes_champion) == (True, True)
    assert decision.reasons[-1] == ("there is no champion to compare with; it becomes the champion when it is promoted")


def test_a_missed_goal_closes_the_gate() -> None:
    decision = decided(MET, MISSED, against=champion(0.3, 0.2, 0.4))
    assert (decision.approved, decision.becomes_champion) == (False, False)
    assert "PR AUC is 0.5400, the goal is at least 0.5500" in decision.reasons
    assert "becomes" not in decision.reasons[-1]


@pytest.mark.parametrize(
    ("gain", "approved", "becomes_champion", "sentence"),
    [
        (
            (0.03, 0.01, 0.05),
            True,
            True,
            "PR AUC is 0.5700, 0.0300 better than the 0.5400 of champion version 4 on the same 12,000 rows "
            "(95% interval of the gain 0.0100 to 0.0500); it becomes the champion when it is promoted",
        ),
        (
            (0.03, -0.01, 0.05),
            True,
            False,
            "PR AUC is 0.5700, 0.0300 better than the 0.5400 of champion version 4 on the same 12,000 rows "
            "(95% interval of the gain -0.0100 to 0.0500), which does not show that the model is better, "
            "so champion version 4 stays",
        ),
        (
            (-0.03, -0.05, 0.01),
            True,
            False,
            "PR AUC is 0.5700, 0.0300 worse than the 0.6000 of champion version 4 on the same 12,000 rows "
            "(95% interval of the gain -0.0500 to 0.0100), which does not show that the model is better, "
            "so champion version 4 stays",
        ),
        (
            (-0.03, -0.05, -0.01),
            False,
            False,
            "PR AUC is 0.5700, 0.0300 worse than the 0.6000 of champion version 4 on the same 12,000 rows "
            "(95% interval of the gain -0.0500 to -0.0100), so the model is worse",
        ),
        (
            (0.0, 0.0, 0.0),
            True,
            False,
            "PR AUC is 0.5700, equal to the 0.5700 of champion version 4 on the same 12,000 rows (95% interval of the "
            "gain 0.0000 to 0.0000), which does not show that the model is better, so champion version 4 stays",
        ),
    ],
)
def test_the_interval_of_the_gain_decides(
    gain: tuple[float, float, float], approved: bool, becomes_champion: bool, sentence: str
) -> None:
    decision = decided(MET, against=champion(*gain))
    assert (decision.approved, decision.becomes_champion) == (approved, becomes_champion)
    assert decision.reasons[-1] == sentence


def test_a_champion_that_answers_another_question_is_replaced() -> None:
    decision = decided(MET, against=Champion(version="4", reason="other classes", answers_another_question=True))
    assert (decision.approved, decision.becomes_champion) == (True, True)
    assert decision.reasons[-1] == (
        "champion version 4 cannot be compared: other classes; it becomes the champion when it is promoted"
    )


def test_a_champion_that_cannot_be_measured_is_neither_a_wall_nor_replaced() -> None:
    decision = decided(MET, against=Champion(version="4", reason="it has learnt from the test rows"))
    assert (decision.approved, decision.becomes_champion) == (True, False)
    assert decision.reasons[-1] == "champion version 4 cannot be compared: it has learnt from the test rows"

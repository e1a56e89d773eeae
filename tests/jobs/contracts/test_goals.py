from dataclasses import replace

import pytest

from jobs.contracts.goals import LINEAR, PRIOR, Goal, Goals, MistakeCosts
from jobs.contracts.metrics import Problem
from jobs.contracts.tables import ContractError
from tests.sample_pipelines import sample_model, sample_pipeline

COSTS = MistakeCosts(missed=4.0, false_alarm=1.0)
BINARY, REGRESSION = sample_model(Problem.BINARY), sample_model(Problem.REGRESSION)
GOALS = sample_pipeline(problem=Problem.BINARY).goals


def test_negative_costs_are_refused() -> None:
    with pytest.raises(ContractError, match=r"costs -1 and 1 of mistakes: allowed are 0 or more"):
        MistakeCosts(missed=-1, false_alarm=1)


@pytest.mark.parametrize(
    ("goal", "message"),
    [
        ({}, "received no limit; allowed is one of minimum, maximum and baseline"),
        ({"minimum": 0.1, "maximum": 0.2}, "allowed is one of minimum, maximum and baseline"),
        ({"baseline": PRIOR}, "baseline and improvement are allowed only together"),
        ({"minimum": 1.0, "improvement": 0.1}, "baseline and improvement are allowed only together"),
        ({"baseline": PRIOR, "improvement": 1.5}, "improvement 1.5; allowed is a share from 0 to 1"),
    ],
)
def test_a_goal_has_exactly_one_limit(goal: dict[str, float], message: str) -> None:
    with pytest.raises(ContractError, match=message):
        Goal(metric="mae", **goal)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("goal", "message"),
    [
        (Goal(metric="f1", minimum=0.5), "metric 'f1' of a binary model is not measured; allowed are"),
        (Goal(metric="log_loss", minimum=0.5), "received a minimum, but lower is better; give a maximum"),
        (Goal(metric="roc_auc", maximum=0.5), "received a maximum, but higher is better; give a minimum"),
        (Goal(metric="roc_auc", baseline="last week", improvement=0.1), r"baseline 'last week' is unknown; .*prior"),
        (Goal(metric="roc_auc", minimum=0.5, slices=("use_yesterday",)), "are neither categorical features nor"),
        (Goal(metric="recall", minimum=0.5, within_day=True), "metrics that do not depend on a threshold"),
    ],
)
def test_a_goal_must_fit_the_model(goal: Goal, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        goal.check(BINARY, "month")


def test_a_goal_may_hold_for_each_partition_and_against_a_linear_model() -> None:
    Goal(metric="roc_auc", minimum=0.5, slices=("month",)).check(BINARY, "month")
    Goal(metric="roc_auc", baseline=LINEAR, improvement=0.0, within_day=True).check(BINARY, "month")


@pytest.mark.parametrize("name", [PRIOR, LINEAR])
def test_a_column_is_not_named_as_a_baseline_of_the_platform(name: str) -> None:
    with pytest.raises(ContractError, match=f"baseline '{name}' is the platform's own"):
        Goals(goals=()).check(replace(REGRESSION, baselines={name: "use_yesterday"}), "month")


def test_costs_and_capacity_belong_to_binary_models() -> None:
    with pytest.raises(ContractError, match="goals of a binary model need costs"):
        replace(GOALS, costs=None).check(BINARY, "month")
    with pytest.raises(ContractError, match="costs and capacity belong to binary models; this model is regression"):
        Goals(goals=(), capacity=0.15).check(REGRESSION, "month")
    with pytest.raises(ContractError, match="capacity 15: allowed is a share"):
        replace(GOALS, capacity=15)

from dataclasses import replace

import pytest

from jobs.contracts.goals import PRIOR, Goal, Goals, MistakeCosts
from jobs.contracts.metrics import Problem
from jobs.contracts.tables import ContractError
from tests.sample_pipelines import sample_model, sample_pipeline

COSTS = MistakeCosts(missed=4.0, false_alarm=1.0)
BINARY, REGRESSION = sample_model(Problem.BINARY), sample_model(Problem.REGRESSION)
GOALS = sample_pipeline(problem=Problem.BINARY).goals


def test_the_total_cost_counts_each_type_of_mistake() -> None:
    assert COSTS.total(missed=2, false_alarms=3) == 11.0


def test_negative_costs_and_tolerances_are_refused() -> None:
    with pytest.raises(ContractError, match=r"costs -1 and 1 of mistakes: allowed are 0 or more"):
        MistakeCosts(missed=-1, false_alarm=1)
    with pytest.raises(ContractError, match=r"tolerance -0.1 of pr_auc: allowed is 0 or more"):
        Goals(goals=(), deciding="pr_auc", tolerance=-0.1, costs=COSTS)


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
        (Goal(metric="roc_auc", minimum=0.5, slices=("use_yesterday",)), "are not categorical features"),
    ],
)
def test_a_goal_must_fit_the_model(goal: Goal, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        goal.check(BINARY)


def test_a_decision_between_models_must_not_depend_on_a_threshold() -> None:
    with pytest.raises(ContractError, match="deciding metric 'recall' depends on a threshold"):
        replace(GOALS, deciding="recall").check(BINARY)


def test_a_column_is_not_named_as_the_baseline_of_the_platform() -> None:
    goals = Goals(goals=(), deciding="mae", tolerance=0)
    with pytest.raises(ContractError, match="baseline 'prior' is the platform's own"):
        goals.check(replace(REGRESSION, baselines={PRIOR: "use_yesterday"}))


def test_costs_and_capacity_belong_to_binary_models() -> None:
    with pytest.raises(ContractError, match="goals of a binary model need costs"):
        replace(GOALS, costs=None).check(BINARY)
    with pytest.raises(ContractError, match="costs and capacity belong to binary models; this model is regression"):
        Goals(goals=(), deciding="mae", tolerance=0, capacity=0.15).check(REGRESSION)
    with pytest.raises(ContractError, match="capacity 15: allowed is a share"):
        replace(GOALS, capacity=15)

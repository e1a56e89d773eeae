import pytest

from jobs.contracts.goals import Goals, MistakeCosts
from jobs.contracts.tables import ContractError

COSTS = MistakeCosts(missed=4.0, false_alarm=1.0)


def test_the_total_cost_counts_each_type_of_mistake() -> None:
    assert COSTS.total(missed=2, false_alarms=3) == 11.0


def test_negative_costs_and_tolerances_are_refused() -> None:
    with pytest.raises(ContractError, match=r"costs -1 and 1 of mistakes: allowed are 0 or more"):
        MistakeCosts(missed=-1, false_alarm=1)
    with pytest.raises(ContractError, match=r"tolerance -0.1 of pr_auc: allowed is 0 or more"):
        Goals(minimums={}, deciding="pr_auc", tolerance=-0.1, costs=COSTS)

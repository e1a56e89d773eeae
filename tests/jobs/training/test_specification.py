import pytest

from jobs.contracts.tables import ContractError
from jobs.training.specification import Specification, load_specification


def test_features_goals_and_costs_come_from_the_pipeline(specification: Specification) -> None:
    assert specification.features == (*specification.numeric, *specification.categorical)
    assert {"roc_auc", "pr_auc"} <= set(specification.minimums)
    assert specification.cost(missed=1, false_alarms=0) > 0
    assert specification.label not in specification.features


def test_an_unknown_pipeline_is_refused() -> None:
    with pytest.raises(ContractError, match="unknown pipeline 'nothing'"):
        load_specification("nothing")

import pytest

from jobs.contracts.tables import ContractError
from local.run_plan import RunPlan


def test_the_last_months_are_held_out_and_the_one_before_chooses() -> None:
    plan = RunPlan.of("2013-01", "2013-12", test_months=2, trials=6)

    assert plan.training_parameters == {
        "train": "2013-01:2013-09",
        "validation": "2013-10:2013-10",
        "test": "2013-11:2013-12",
        "score": "2013-12:2013-12",
        "tuning_jobs": 6,
        "tuning_parallel_jobs": 2,
    }


def test_no_month_is_in_two_splits() -> None:
    plan = RunPlan.of("2013-01", "2013-04", test_months=1, trials=1)

    assert (*plan.train, *plan.validation, *plan.test) == plan.months
    assert plan.training_parameters["tuning_parallel_jobs"] == 1


@pytest.mark.parametrize(("first", "last", "held_out"), [("2013-01", "2013-02", 1), ("2013-01", "2013-03", 2)])
def test_too_few_months_are_refused(first: str, last: str, held_out: int) -> None:
    with pytest.raises(ContractError, match="name an earlier first month or hold out fewer"):
        RunPlan.of(first, last, test_months=held_out, trials=1)

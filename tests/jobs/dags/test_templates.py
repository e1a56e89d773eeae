"""What DAGs leave to the run."""

import re

import pytest

from jobs.contracts.tables import ContractError
from jobs.dags.run import Run
from jobs.dags.templates import MONTH, MONTHS, ONE_MONTH, months, named, parameter, pulled, span


def test_templates_name_macros_parameters_and_results(run: Run) -> None:
    name = "{{ job_name('dev', 'flight_delay', 'tune', run_id, ti.try_number, limit=32) }}"
    assert named(run, "tune", 32) == name
    assert pulled("train", "Training", "Name") == "{{ ti.xcom_pull(task_ids='train')['Training']['Name'] }}"
    assert parameter("first_month") == "{{ params.first_month }}"
    assert span("train") == "{{ months(params.train) }}"


def test_a_span_is_its_months() -> None:
    assert months("2013-11:2014-01") == "2013-11,2013-12,2014-01"
    with pytest.raises(ContractError, match="the first must not be after the last"):
        months("2013-02:2013-01")


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (MONTH, ["2013-01", "2013-12"], ["2013-13", "2013-1", "2013-01:2013-02"]),
        (MONTHS, ["2013-01:2013-09"], ["2013-01", "2013-01:2013-00", "2013-01,2013-02"]),
        (ONE_MONTH, ["2013-12:2013-12"], ["2013-12", "2013-11:2013-12"]),
    ],
)
def test_patterns_of_parameters(pattern: str, good: list[str], bad: list[str]) -> None:
    assert all(re.search(pattern, text) for text in good)
    assert not any(re.search(pattern, text) for text in bad)

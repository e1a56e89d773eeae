"""What DAGs leave to the run."""

import re

import pytest

from jobs.dags.run import Run
from jobs.dags.templates import MONTH, MONTHS, ONE_MONTH, first_of, named, parameter, pulled


def test_templates_name_macros_parameters_and_results(run: Run) -> None:
    name = "{{ job_name('dev', 'flight_delay', 'tune', run_id, ti.try_number, limit=32) }}"
    assert named(run, "tune", 32) == name
    assert pulled("train", "Training", "Name") == "{{ ti.xcom_pull(task_ids='train')['Training']['Name'] }}"
    assert parameter("first_month") == "{{ params.first_month }}"
    assert first_of("score") == "{{ params.score.split(':')[0] }}"


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

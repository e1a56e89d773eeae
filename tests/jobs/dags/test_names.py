"""Names of runs and jobs are legal, stable and different when they must be."""

import re

from hypothesis import given
from hypothesis import strategies as st

from jobs.contracts.workloads import TUNING_JOB
from jobs.dags.names import JOB_NAME_LIMIT, earlier_names, job_name, run_key

#: SageMaker's pattern of training, tuning and transform job names, without its length.
PATTERN = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*")
RUN_ID = "manual__2026-11-24T02:08:52.123456+00:00"

run_ids = st.text(min_size=1, max_size=250)
tries = st.integers(min_value=1, max_value=999)
limits = st.sampled_from([JOB_NAME_LIMIT, TUNING_JOB.name_limit])


@given(pipeline=st.text(max_size=80), kind=st.text(max_size=80), run_id=run_ids, number=tries, limit=limits)
def test_job_name_is_legal_for_any_text(pipeline: str, kind: str, run_id: str, number: int, limit: int) -> None:
    name = job_name("dev", pipeline, kind, run_id, number, limit=limit)
    assert len(name) <= limit
    assert PATTERN.fullmatch(name)
    assert name == job_name("dev", pipeline, kind, run_id, number, limit=limit)


@given(first=st.tuples(run_ids, tries), second=st.tuples(run_ids, tries), limit=limits)
def test_job_names_differ_between_runs_and_tries(first: tuple[str, int], second: tuple[str, int], limit: int) -> None:
    names = {job_name("dev", "meters", "train", *each, limit=limit) for each in (first, second)}
    assert len(names) == len({first, second})


@given(run_id=run_ids, number=tries, limit=limits)
def test_the_names_of_earlier_tries_follow_from_that_of_a_try(run_id: str, number: int, limit: int) -> None:
    name = job_name("dev", "meters", "train", run_id, number, limit=limit)
    earlier = [job_name("dev", "meters", "train", run_id, each, limit=limit) for each in range(1, number)]
    assert earlier_names(name) == earlier


@given(first=run_ids, second=run_ids)
def test_run_keys_are_legal_and_differ(first: str, second: str) -> None:
    keys = {run_key(first), run_key(second)}
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key) and len(key) <= 40 for key in keys)
    assert len(keys) == len({first, second})


def test_names_can_be_read() -> None:
    assert run_key(RUN_ID).startswith("manual-2026-11-24t02-08-52")
    assert job_name("dev", "meters", "train", RUN_ID, 1).startswith("mlops-dev-meters-train-manual-2026")
    assert job_name("dev", "meters", "tune", RUN_ID, 2, limit=TUNING_JOB.name_limit).startswith("mlops-dev-meters-")

"""Assigns each test to exactly one tier by its folder, its module and its fixtures.

`unit` is the inner loop: no Spark, no server, no synthesis of a whole environment. `spark` needs a Spark session,
`stacks` synthesizes environments or runs checkers on templates, `e2e` starts servers, Airflow or whole runs.
"""

from collections.abc import Collection

TIERS = ("unit", "spark", "stacks", "e2e")

#: Folders and modules that do not belong to `unit`; the longest matching prefix decides.
PLACES = {
    "tests/common/test_processes.py": "e2e",
    "tests/end_to_end/": "e2e",
    "tests/infra/jobs/test_private_authority.py": "e2e",
    "tests/infra/tracking/test_served_from_template.py": "e2e",
    "tests/jobs/dags/test_dags.py": "e2e",
    "tests/jobs/dags/test_metrics.py": "e2e",
    "tests/jobs/dags/test_operators.py": "e2e",
    "tests/jobs/dags/test_runs.py": "e2e",
    "tests/jobs/serving/": "e2e",
    "tests/local/": "e2e",
    "tests/local/test_failure.py": "unit",
    "tests/local/test_run_plan.py": "unit",
    "tests/local/test_templates.py": "unit",
    "tests/operations/test_airflow_requirements.py": "e2e",
    "tests/operations/test_requirements.py": "e2e",
    "tests/checks/": "stacks",
    "tests/checks/summaries/test_template_summary.py": "unit",
    "tests/operations/doctor/": "stacks",
    "tests/operations/rehearsal/": "stacks",
    "tests/operations/teardown/test_resource_types.py": "stacks",
    "tests/stacks/": "stacks",
    "tests/stacks/test_airflow_calls.py": "e2e",
    "tests/test_app.py": "stacks",
}

#: Folders whose tests share costly session fixtures: a complete run, a Spark session, synthesized environments.
SHARED = {
    "tests/end_to_end/": "end_to_end",
    "tests/jobs/pipelines/": "spark",
    "tests/jobs/spark/": "spark",
    "tests/checks/": "stacks",
    "tests/operations/doctor/": "doctor",
    "tests/stacks/": "stacks",
}

#: A fixture decides before the place of the test.
FIXTURES = {"spark": "spark"}


def tier_of(path: str, fixtures: Collection[str]) -> str:
    """Return the tier of a test by its file, relative to the repository, and the fixtures it uses."""
    by_fixture = [tier for fixture, tier in FIXTURES.items() if fixture in fixtures]
    matching = [place for place in PLACES if path.startswith(place)]
    return next(iter(by_fixture), PLACES[max(matching, key=len)] if matching else "unit")


def worker_group(path: str) -> str:
    """Return the group of tests that one worker runs: those that share a costly session fixture stay together."""
    shared = [group for folder, group in SHARED.items() if path.startswith(folder)]
    return shared[0] if shared else path

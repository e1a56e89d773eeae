from typing import Any

import pytest

from checks.assembly import Assembly
from checks.environment.time_budgets import deployment_minutes, time_findings
from infra.environments import DEV
from jobs.contracts.time_limits import (
    DEPLOYMENT_MINUTES,
    MARGIN_MINUTES,
    OTHER_STACKS_MINUTES,
    QUEUE_VISIBILITY_MINUTES,
    REPLACEMENT_MINUTES,
    SESSION_MINUTES,
    TASK_MINUTES,
    UPDATE_MINUTES,
    WORKFLOW_MINUTES,
    longest_task,
)


def rules(**options: str) -> list[str]:
    environment: dict[str, Any] = {"AirflowConfigurationOptions": options}
    template = {"Resources": {"Airflow": {"Type": "AWS::MWAA::Environment", "Properties": environment}}}
    return [each.rule for each in time_findings(Assembly(config=DEV, templates={"any": template}, images={}))]


@pytest.mark.parametrize(
    ("minutes", "expected"), [(270, []), (271, ["TaskEndsWithinUpdate"]), (660, ["TaskEndsWithinUpdate"])]
)
def test_a_task_must_end_within_an_update(minutes: int, expected: list[str]) -> None:
    assert rules(**{"core.default_task_execution_timeout": str(minutes * 60)}) == expected


def test_a_task_needs_a_limit() -> None:
    assert rules() == ["TaskHasLimit"]


def test_the_longest_task_fits_into_every_limit_with_the_margin() -> None:
    assert longest_task(update=UPDATE_MINUTES, deployment=deployment_minutes()) == TASK_MINUTES
    update = TASK_MINUTES + REPLACEMENT_MINUTES + MARGIN_MINUTES
    assert update <= UPDATE_MINUTES
    assert update + OTHER_STACKS_MINUTES <= DEPLOYMENT_MINUTES == min(WORKFLOW_MINUTES, SESSION_MINUTES)
    assert TASK_MINUTES + MARGIN_MINUTES <= QUEUE_VISIBILITY_MINUTES


def test_the_shortest_limit_decides() -> None:
    assert longest_task(update=100, deployment=360) == 40
    assert longest_task(update=480, deployment=2000) == 420
    assert longest_task(update=9999, deployment=9999) == 700

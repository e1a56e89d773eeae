from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from common.errors import PlatformError
from infra.environments import DEV
from infra.names import PlatformNames
from operations.rehearsal.first_creation import create_with_failures
from operations.teardown.account import Account
from tests.operations.rehearsal.test_failing import assembly


class _CloudFormation:
    """Answers with the state that the deployments of `_Cli` leave."""

    def __init__(self) -> None:
        self.states: dict[str, str] = {}
        self.protected: set[str] = set()

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803 - the name of the API's parameter
        return {"Stacks": [{"StackName": StackName, "StackStatus": self.states[StackName]}]}

    def update_termination_protection(self, StackName: str, EnableTerminationProtection: bool) -> None:  # noqa: N803
        assert not EnableTerminationProtection
        self.protected.discard(StackName)

    def get_paginator(self, operation: str) -> Any:
        answers = {
            "describe_stacks": {"Stacks": [self._stack(name) for name in self.states]},
            "list_stack_resources": {"StackResourceSummaries": []},
            "describe_stack_events": {"StackEvents": [{"LogicalResourceId": "T", "ResourceStatus": "CREATE_COMPLETE"}]},
        }

        class Paginator:
            def paginate(self, **_: str) -> Iterator[Any]:
                yield answers[operation]

        return Paginator()

    def _stack(self, name: str) -> dict[str, Any]:
        return {
            "StackName": name,
            "StackStatus": self.states[name],
            "CreationTime": None,
            "EnableTerminationProtection": name in self.protected,
            "Tags": [{"Key": "platform", "Value": "mlops-dev"}],
        }


class _Cli:
    """A CDK CLI that protects each stack and cannot replace a failed stack that is still protected."""

    def __init__(self, cloudformation: _CloudFormation, failed: str = "ROLLBACK_COMPLETE") -> None:
        self._cloudformation, self._failed = cloudformation, failed

    def run(self, action: str, folder: Path, stack: str, *options: str, fails_with: str | None = None) -> float:
        assert (action, options[0]) == ("deploy", "--exclusively")
        fails = folder.name == f"failing-{stack}"
        assert (fails_with is not None) == fails
        if stack in self._cloudformation.protected:
            raise PlatformError("cannot be deleted while TerminationProtection is enabled")
        self._cloudformation.states[stack] = self._failed if fails else "CREATE_COMPLETE"
        self._cloudformation.protected.add(stack)
        return 0.0


def _create(folder: Path, **options: str) -> list[Any]:
    cloudformation = _CloudFormation()
    account = Account(names=PlatformNames.of(DEV), client=lambda _: cloudformation, pause=lambda _: None)
    return create_with_failures(_Cli(cloudformation, **options), assembly(folder / "all"), account)  # type: ignore[arg-type]


def test_each_stack_is_created_at_the_second_attempt(tmp_path: Path) -> None:
    attempts = _create(tmp_path)

    assert [(each.stack, each.first, each.second) for each in attempts] == [
        ("z", "ROLLBACK_COMPLETE", "CREATE_COMPLETE"),
        ("a", "ROLLBACK_COMPLETE", "CREATE_COMPLETE"),
    ]
    assert all("termination protection is off" in each.cleared[0] and each.resources == 1 for each in attempts)


def test_a_first_attempt_that_ends_otherwise_stops_the_rehearsal(tmp_path: Path) -> None:
    with pytest.raises(PlatformError, match="z is CREATE_FAILED, expected is ROLLBACK_COMPLETE"):
        _create(tmp_path, failed="CREATE_FAILED")

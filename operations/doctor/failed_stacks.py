"""Stacks that a failed earlier attempt left in a state that no deployment can continue."""

from collections.abc import Iterator, Mapping
from typing import Any

from operations.doctor.obstacle import STACKS, Obstacle
from operations.doctor.subject import Subject
from operations.failed_creation import FAILED_CREATION

#: Statuses of a stack that can only be deleted, besides those of a creation that was rolled back.
_ONLY_DELETED = ("CREATE_FAILED", "DELETE_FAILED")


def failed_stack_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield an obstacle for each stack of the environment that has to be deleted, continued or waited for."""
    for purpose in STACKS:
        if purpose in subject.stacks:
            yield from _of_stack(subject.config.environment, purpose, subject.stacks[purpose])


def _of_stack(environment: str, purpose: str, stack: Mapping[str, Any]) -> Iterator[Obstacle]:
    name, status = stack["StackName"], stack["StackStatus"]
    what = f"stack {name} is in {status}"
    if status in (*FAILED_CREATION, *_ONLY_DELETED):
        clear = f".venv/main/bin/python -m cli clear-failed {environment}    # what it left, and its protection"
        yield Obstacle(
            stage=purpose,
            what=what,
            why="its creation or deletion failed: it can only be deleted, and not while it is protected",
            remedy=[
                *([clear] if status in FAILED_CREATION else []),
                f"aws cloudformation delete-stack --stack-name {name}",
                f"aws cloudformation wait stack-delete-complete --stack-name {name}",
            ],
        )
    elif status == "UPDATE_ROLLBACK_FAILED":
        yield Obstacle(
            stage=purpose,
            what=what,
            why="the stack accepts no update until its rollback ends",
            remedy=[
                f"aws cloudformation describe-stack-events --stack-name {name}",
                f"aws cloudformation continue-update-rollback --stack-name {name}",
            ],
        )
    elif status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
        event = status.removesuffix("_IN_PROGRESS").lower()
        waiter = {"create": "stack-create-complete", "delete": "stack-delete-complete"}.get(
            event, "stack-update-complete"
        )
        yield Obstacle(
            stage=purpose,
            what=what,
            why="another deployment changes it",
            remedy=[f"aws cloudformation wait {waiter} --stack-name {name}"],
        )

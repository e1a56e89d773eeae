"""Decide IAM requests as AWS does, for the policy elements that the platform's policies use.

An explicit Deny wins; otherwise the identity policies and every further limit, such as a permissions boundary or a
session policy, must allow the request (IAM user guide, policy evaluation logic, read 2026-11-29).
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from checks.permissions.policies import listed

Statements = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request: an action on a resource, with the condition keys that the service sends."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


def is_allowed(request: Request, identity: Statements, *limits: Statements) -> bool:
    """Return whether the identity's statements and each of the limits allow the request."""
    return all(_decides(statements, request) for statements in (identity, *limits))


def _decides(statements: Statements, request: Request) -> bool:
    effects = {statement["Effect"] for statement in statements if _applies(statement, request)}
    return "Allow" in effects and "Deny" not in effects


def _applies(statement: Mapping[str, Any], request: Request) -> bool:
    actions = _selects(statement, "Action", request.action.lower(), str.lower)
    return actions and _selects(statement, "Resource", request.resource, str) and _holds(statement, request.context)


def _selects(statement: Mapping[str, Any], element: str, value: str, normal: Any) -> bool:
    if (excluded := statement.get(f"Not{element}")) is not None:
        return not any(matches(normal(pattern), value) for pattern in listed(excluded))
    # A resource policy of a key or an endpoint may omit its own resource; trust policies always do.
    return any(matches(normal(pattern), value) for pattern in listed(statement.get(element, "*")))


def _holds(statement: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    present = {key.lower(): value for key, value in context.items()}
    return all(
        _is_met(operator, listed(expected), present.get(key.lower()))
        for operator, keys in statement.get("Condition", {}).items()
        for key, expected in keys.items()
    )


def _is_met(operator: str, expected: Iterable[Any], actual: str | None) -> bool:
    """Return whether a condition holds; raises ValueError for an operator that this module does not know."""
    name = operator.removeprefix("ForAllValues:").removeprefix("ForAnyValue:").removesuffix("IfExists")
    values = [str(value).lower() if isinstance(value, bool) else str(value) for value in expected]
    if name == "Null":
        return (actual is None) == (values[0] == "true")
    is_negated = "Not" in name
    kind = name.replace("Not", "")
    if kind not in _EQUAL:
        raise ValueError(
            f"condition operator: received {operator!r}; allowed are {sorted(_EQUAL)}, with Not or IfExists"
        )
    if actual is None:
        return is_negated or operator.endswith("IfExists") or operator.startswith("ForAllValues:")
    return is_negated != any(_EQUAL[kind](value, actual) for value in values)


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.DOTALL)


def matches(pattern: str, value: str) -> bool:
    """Return whether a pattern with `*` and `?` matches the whole value."""
    return _expression(pattern).fullmatch(value) is not None


_EQUAL: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda expected, actual: expected == actual,
    "StringLike": matches,
    "ArnEquals": matches,
    "ArnLike": matches,
    "Bool": lambda expected, actual: expected == actual.lower(),
}

"""Reads resources, intrinsic functions and policy statements of synthesized templates."""

from collections.abc import Iterator
from typing import Any

Template = dict[str, Any]


def resources(template: Template, kind: str) -> list[dict[str, Any]]:
    """Return the properties of all resources of a type."""
    return [item["Properties"] for item in template["Resources"].values() if item["Type"] == kind]


def only(template: Template, kind: str) -> dict[str, Any]:
    """Return the properties of the only resource of a type."""
    (found,) = resources(template, kind)
    return found


def functions(value: object, name: str) -> Iterator[Any]:
    """Yield the arguments of each use of an intrinsic function inside a value."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == name:
                yield item
            yield from functions(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from functions(item, name)


def resolved(value: Any) -> str:
    """Return a value as the string CloudFormation would make of it, with `token` in place of each reference."""
    if isinstance(value, dict) and "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return str(separator).join(resolved(part) for part in parts)
    return "token" if isinstance(value, dict) else str(value)


def statements(template: Template) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each statement of the identity policies with the logical ID of its resource."""
    for logical_id, item in template["Resources"].items():
        if item["Type"] in {"AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy"}:
            for statement in item["Properties"]["PolicyDocument"]["Statement"]:
                yield logical_id, statement


def listed(value: object) -> list[Any]:
    """Return a policy value as a list; IAM also allows a single value without brackets."""
    return value if isinstance(value, list) else [value]

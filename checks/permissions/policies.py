"""Read the IAM policies of a template; a placeholder replaces values that are known only at deployment."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Template = dict[str, Any]

_IDENTITY = {"AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::Role"}
_TRUST = "AssumeRolePolicyDocument"
UNRESOLVED = "${}"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One policy statement with its values as text; `is_identity` distinguishes identity from resource policies."""

    resource_id: str
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    is_identity: bool


def statements(template: Template) -> Iterator[Statement]:
    """Yield every statement of every policy in the template, in any property."""
    for logical_id, resource in template["Resources"].items():
        for name, document in _documents(resource.get("Properties", {})):
            for statement in listed(document["Statement"]):
                yield Statement(
                    resource_id=logical_id,
                    effect=statement["Effect"],
                    actions=tuple(map(text, listed(statement.get("Action", [])))),
                    resources=tuple(map(text, listed(statement.get("Resource", [])))),
                    is_identity=resource["Type"] in _IDENTITY and name != _TRUST,
                )


def text(value: Any) -> str:
    """Return a value as the string that CloudFormation creates; `UNRESOLVED` replaces parts known at deployment."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return str(separator).join(map(text, listed(parts)))
    return "aws" if value == {"Ref": "AWS::Partition"} else UNRESOLVED


def listed(value: Any) -> list[Any]:
    """Return a policy value as a list; IAM allows a single element without one."""
    return value if isinstance(value, list) else [value]


def _documents(value: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        # Web ACL rules have statements too, but only statements of policies have an effect.
        if any("Effect" in each for each in listed(value.get("Statement", ()))):
            yield name, value
        else:
            for key, item in value.items():
                yield from _documents(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _documents(item, name)

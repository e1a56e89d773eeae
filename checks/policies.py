"""Reading the policies of a template as IAM would, with what CloudFormation fills in left open."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Template = dict[str, Any]

_IDENTITY = {"AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::Role"}
_TRUST = "AssumeRolePolicyDocument"
OPEN = "${}"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement, its values as lists of text; `is_identity` tells what a role may do from who may use a thing."""

    resource_id: str
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    is_identity: bool


def statements(template: Template) -> Iterator[Statement]:
    """Every statement of every policy in the template, whatever property it stands in."""
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
    """A value as CloudFormation would make a string of it; `OPEN` stands for what only a deployment knows."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return str(separator).join(map(text, listed(parts)))
    return "aws" if value == {"Ref": "AWS::Partition"} else OPEN


def listed(value: Any) -> list[Any]:
    """A policy's value as a list; one element may stand alone there."""
    return value if isinstance(value, list) else [value]


def _documents(value: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        # A rule of a web ACL has a statement too; only a policy's has an effect.
        if any("Effect" in each for each in listed(value.get("Statement", ()))):
            yield name, value
        else:
            for key, item in value.items():
                yield from _documents(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _documents(item, name)

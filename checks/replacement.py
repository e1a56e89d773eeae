"""What a deployment must not replace: the identity of everything that holds state, against a committed baseline.

CloudFormation deletes a resource whose logical id goes and replaces one whose create-only property changes. Which
properties those are is read from CloudFormation's own resource schemas, as cfn-lint ships them.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from common.resource_types import resource_types

REMOVED = "removed"
_BASELINE = Path(__file__).with_name("baseline")
_ACCEPTED = Path(__file__).with_name("accepted_replacements.toml")

#: Resources by `stack/logical id`: their type, and every create-only property that is set, by its path.
Identities = dict[str, dict[str, Any]]


@dataclass(frozen=True, order=True)
class Replacement:
    """A change that destroys the resource; `became` is the new value as JSON, or `removed`."""

    resource: str
    property: str
    became: str

    def __str__(self) -> str:
        return f"{self.resource}: {self.property} becomes {self.became}"


def identities(folder: Path, region: str) -> Identities:
    """The identity of everything irreplaceable in a synthesized environment."""
    stateful = {name for name, row in resource_types().items() if row.stateful}
    found: Identities = {}
    for path in sorted(folder.glob("*.template.json")):
        stack = path.name.removesuffix(".template.json")
        for logical_id, resource in json.loads(path.read_text())["Resources"].items():
            if resource["Type"] in stateful:
                found[f"{stack}/{logical_id}"] = _identity(resource, region)
    return found


def replacements(before: Identities, after: Identities) -> list[Replacement]:
    """Everything of `before` that `after` would destroy; what is new destroys nothing."""
    found = [Replacement(resource, "Type", REMOVED) for resource in before.keys() - after.keys()]
    for resource in before.keys() & after.keys():
        old, new = before[resource], after[resource]
        changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
        found += [Replacement(resource, name, json.dumps(new.get(name), sort_keys=True)) for name in changed]
    return sorted(found)


def accepted() -> dict[Replacement, str]:
    """The replacements somebody decided on, with their reason."""
    entries = tomllib.loads(_ACCEPTED.read_text()).get("accepted", [])
    return {Replacement(each["resource"], each["property"], each["became"]): each["reason"] for each in entries}


def unaccepted(found: Iterable[Replacement], entries: Mapping[Replacement, str]) -> list[Replacement]:
    """The replacements that nobody decided on."""
    return [replacement for replacement in found if not entries.get(replacement, "").strip()]


def baseline(environment: str) -> Identities:
    """The identities that were last agreed on; none for an environment that is new."""
    path = _BASELINE / f"{environment}.json"
    found: Identities = json.loads(path.read_text()) if path.exists() else {}
    return found


def write_baseline(environment: str, agreed: Identities) -> Path:
    """Make these the environment's identities from now on."""
    path = _BASELINE / f"{environment}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(agreed, indent=1, sort_keys=True) + "\n")
    return path


def _identity(resource: Mapping[str, Any], region: str) -> dict[str, Any]:
    properties = resource.get("Properties", {})
    values = {path: _value(properties, path.split("/")) for path in _create_only(resource["Type"], region)}
    return {"Type": resource["Type"], **{path: value for path, value in values.items() if value is not None}}


def _value(properties: Any, path: list[str]) -> Any:
    for name in path:
        properties = properties.get(name) if isinstance(properties, dict) else None
    return properties


@cache
def _create_only(kind: str, region: str) -> tuple[str, ...]:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, kind).schema
    return tuple(sorted(path.removeprefix("/properties/") for path in schema.get("createOnlyProperties", ())))

"""Detect replacements of stateful resources by comparing their identities with committed baselines.

CloudFormation deletes a resource when its logical id disappears and replaces it when a create-only property changes.
The create-only properties come from CloudFormation's resource schemas, which cfn-lint ships.
"""

import json
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from checks.baselines import pipeline_files
from common.resource_types import resource_types
from infra.environments import ENVIRONMENTS
from infra.names import PlatformNames
from infra.pipeline_scope import pipeline_stack
from jobs.contracts.pipeline import pipeline_names

REMOVED = "removed"
_BASELINE = Path(__file__).with_name("identities")
_ACCEPTED = Path(__file__).with_name("accepted_replacements.toml")

#: By `stack/logical id`: the resource type, and the value of each create-only property by its path.
Identities = dict[str, dict[str, Any]]


@dataclass(frozen=True, order=True)
class Replacement:
    """A change that makes CloudFormation delete the resource; `became` is the new value as JSON, or `removed`."""

    resource: str
    property: str
    became: str

    def __str__(self) -> str:
        return f"{self.resource}: {self.property} becomes {self.became}"


def identities(folder: Path, region: str) -> Identities:
    """Return the identities of the stateful resources in a cloud assembly."""
    stateful = {name for name, row in resource_types().items() if row.stateful}
    result: Identities = {}
    for path in sorted(folder.glob("*.template.json")):
        stack = path.name.removesuffix(".template.json")
        for logical_id, resource in json.loads(path.read_text())["Resources"].items():
            if resource["Type"] in stateful:
                result[f"{stack}/{logical_id}"] = _identity(resource, region)
    return result


def replacements(before: Identities, after: Identities) -> list[Replacement]:
    """Return the changes that delete resources of `before`; new resources are not changes."""
    changes = [Replacement(resource, "Type", REMOVED) for resource in before.keys() - after.keys()]
    for resource in before.keys() & after.keys():
        old, new = before[resource], after[resource]
        changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
        changes += [Replacement(resource, name, json.dumps(new.get(name), sort_keys=True)) for name in changed]
    return sorted(changes)


def accepted() -> dict[Replacement, str]:
    """Return the accepted replacements with their reasons, from `accepted_replacements.toml`.

    Their `resource` is a pattern in which `*` stands for any text.
    """
    entries = tomllib.loads(_ACCEPTED.read_text()).get("accepted", [])
    return {Replacement(each["resource"], each["property"], each["became"]): each["reason"] for each in entries}


def unaccepted(changes: Iterable[Replacement], entries: Mapping[Replacement, str]) -> list[Replacement]:
    """Return the replacements without an entry that gives a reason."""
    return [
        change for change in changes if not any(_accepts(entry, change) and entries[entry].strip() for entry in entries)
    ]


def _accepts(entry: Replacement, change: Replacement) -> bool:
    same = (entry.property, entry.became) == (change.property, change.became)
    return same and fnmatchcase(change.resource, entry.resource)


def baseline(environment: str) -> Identities:
    """Return the committed identities of an environment: of the platform, and of all pipelines that have a baseline."""
    path = _BASELINE / f"{environment}.json"
    identities: Identities = json.loads(path.read_text()) if path.exists() else {}
    for environments in pipeline_files.committed(pipeline_files.IDENTITIES).values():
        identities |= environments.get(environment, {})
    return identities


def of_known_pipelines(environment: str, current: Identities) -> Identities:
    """Return the identities without those of pipelines that have no baseline yet."""
    known, owners = pipeline_files.committed(pipeline_files.IDENTITIES), _owners(environment)
    new = {stack for stack, pipeline in owners.items() if pipeline not in known}
    return {key: identity for key, identity in current.items() if _stack(key) not in new}


def write_baselines(current: Mapping[str, Identities]) -> dict[Path, int]:
    """Replace the committed identities of all environments and return the number of resources by file."""
    of_pipelines: dict[str, dict[str, Identities]] = {name: defaultdict(dict) for name in pipeline_names()}
    written = {}
    for environment, found in current.items():
        platform: Identities = {}
        owners = _owners(environment)
        for key, identity in found.items():
            owner = owners.get(_stack(key))
            (of_pipelines[owner][environment] if owner else platform)[key] = identity
        path = _BASELINE / f"{environment}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(platform, indent=1, sort_keys=True) + "\n")
        written[path] = len(platform)
    for name, content in of_pipelines.items():
        written[pipeline_files.write(name, pipeline_files.IDENTITIES, content)] = sum(map(len, content.values()))
    return written


def _owners(environment: str) -> dict[str, str]:
    """The pipelines by the names of their stacks; all other stacks are the platform's."""
    names = PlatformNames.of(ENVIRONMENTS[environment])
    return {names.resource(pipeline_stack(name)): name for name in pipeline_names()}


def _stack(key: str) -> str:
    return key.partition("/")[0]


def _identity(resource: Mapping[str, Any], region: str) -> dict[str, Any]:
    properties = resource.get("Properties", {})
    values = {path: _value(properties, path.split("/")) for path in _create_only(resource["Type"], region)}
    return {"Type": resource["Type"], **{path: value for path, value in values.items() if value is not None}}


def _value(properties: Any, path: list[str]) -> Any:
    for name in path:
        properties = properties.get(name) if isinstance(properties, dict) else None
    return properties


@cache
def _create_only(type_name: str, region: str) -> tuple[str, ...]:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, type_name).schema
    return tuple(sorted(path.removeprefix("/properties/") for path in schema.get("createOnlyProperties", ())))

"""Find resources whose name stays when a change replaces them: the new one collides with the old one.

CloudFormation creates the replacement before it deletes the old resource. For each create-only property of a resource
with a literal name, the name must therefore contain a digest of that property (`infra/content_name.py`), the property
must repeat the name, or `accepted_names.toml` must have a reason. Stateful types are left out, because
checks/baselines/replacement.py refuses to replace them.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from checks.finding import Finding
from checks.permissions.policies import UNRESOLVED, Template, text
from common.resource_types import resource_types
from infra.content_name import content_digest

NAMES = "literal names"

_ACCEPTED = Path(__file__).with_name("accepted_names.toml")
#: The create-only properties do not depend on the region.
_REGION = "us-east-1"
#: Create-only properties that the resource schemas do not mark: Glue has no operation that updates a security
#: configuration (Glue API reference, "Security configurations", read 2026-11-29).
_UNMARKED = {"AWS::Glue::SecurityConfiguration": ("EncryptionConfiguration",)}


@dataclass(frozen=True, kw_only=True)
class AcceptedName:
    """Why a property may stay out of the name; with a `value`, only as long as the property has it."""

    type: str
    property: str
    reason: str
    value: str | None = None

    def applies_to(self, type_name: str, path: str, value: Any) -> bool:
        """Whether the entry accepts this property with this value."""
        is_property = self.type == type_name and self.property in (path, "*")
        return is_property and self.value in (None, value)


def validate_names(stack: str, template: Template) -> list[Finding]:
    """Return the resources whose literal name stays when one of their create-only properties changes."""
    return [
        Finding(NAMES, "name without content", f"{stack}/{logical_id}", what)
        for logical_id, resource in template["Resources"].items()
        for what in _collisions(resource["Type"], resource.get("Properties", {}))
    ]


@cache
def accepted_names() -> tuple[AcceptedName, ...]:
    """Return the entries of `accepted_names.toml`."""
    return tuple(AcceptedName(**entry) for entry in tomllib.loads(_ACCEPTED.read_text())["accepted"])


def _collisions(type_name: str, properties: Mapping[str, Any]) -> Iterator[str]:
    row = resource_types().get(type_name)
    if row is not None and row.stateful:
        return
    fixed, identifier = fixed_properties(type_name), _identifier(type_name)
    values = {path: property_value(properties, path) for path in fixed}
    names = {path: text(values[path]) for path in fixed if path.endswith(("Name", "Identifier")) and values[path]}
    for name_path, name in names.items():
        if name == UNRESOLVED:
            continue
        content = {
            path: value
            for path, value in values.items()
            if value not in (None, values[name_path])
            and path not in identifier
            and not _is_accepted(type_name, path, value)
        }
        if content and not name.endswith(content_digest(content)):
            yield (
                f"{name_path} {name!r} stays when {', '.join(content)} changes, so the replacement already exists; "
                "name it by infra/content_name.py"
            )


def _is_accepted(type_name: str, path: str, value: Any) -> bool:
    return any(entry.applies_to(type_name, path, value) for entry in accepted_names())


def property_value(properties: Any, path: str) -> Any:
    """Return the value at a path such as `ConnectionInput/Name`; None where a part of it is absent."""
    for name in path.split("/"):
        properties = properties.get(name) if isinstance(properties, dict) else None
    return properties


@cache
def fixed_properties(type_name: str) -> tuple[str, ...]:
    """Return the paths of a type's properties that CloudFormation cannot change in place."""
    marked = (
        path for key in ("createOnlyProperties", "conditionalCreateOnlyProperties") for path in _paths(type_name, key)
    )
    return tuple(sorted({*marked, *_UNMARKED.get(type_name, ())}))


@cache
def _identifier(type_name: str) -> frozenset[str]:
    return frozenset(_paths(type_name, "primaryIdentifier"))


def _paths(type_name: str, key: str) -> list[str]:
    if type_name.startswith("Custom::"):
        return []
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(_REGION, type_name).schema
    return [path.removeprefix("/properties/") for path in schema.get(key, ())]

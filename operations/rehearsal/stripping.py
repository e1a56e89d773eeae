"""Reduce a cloud assembly to what the emulator can create: other resources are removed and references replaced."""

import json
import shutil
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from common.resource_types import ResourceType, resource_types


def strip_assembly(source: Path, target: Path) -> dict[str, int]:
    """Copy an assembly to `target` without container images and without resources that are not emulated.

    Returns how many resources were left out by type, or by type and the property that the emulator rejects.
    """
    shutil.copytree(source, target)
    omitted = Counter[str]()
    for path in sorted(target.glob("*.template.json")):
        template = json.loads(path.read_text())
        omitted.update(_strip(template).values())
        path.write_text(json.dumps(template))
    for path in target.glob("*.assets.json"):
        manifest = json.loads(path.read_text())
        path.write_text(json.dumps({**manifest, "dockerImages": {}}))
    return dict(sorted(omitted.items()))


def _strip(template: dict[str, Any]) -> dict[str, str]:
    """Remove resources from a template in place; returns the reason for each by logical id."""
    rows = {logical_id: resource_types()[item["Type"]] for logical_id, item in template["Resources"].items()}
    removed = {key: reason for key, item in template["Resources"].items() if (reason := _reason(item, rows[key]))}
    kept = {key: item for key, item in template["Resources"].items() if key not in removed}
    for resource in kept.values():
        dependencies = resource.pop("DependsOn", [])
        listed = [dependencies] if isinstance(dependencies, str) else dependencies
        if remaining := [each for each in listed if each not in removed]:
            resource["DependsOn"] = remaining
    template["Resources"] = _without_references(kept, rows, removed)
    if "Outputs" in template:
        template["Outputs"] = _without_references(template["Outputs"], rows, removed)
    return removed


def _reason(resource: Mapping[str, Any], row: ResourceType) -> str | None:
    """Return the type, or the type and property, that the emulator cannot create; None when it can."""
    name = str(resource["Type"])
    if not row.emulated:
        return name
    properties = resource.get("Properties", {})
    return next((f"{name} with {each}" for each in row.not_emulated_with if each in properties), None)


def _without_references(value: Any, rows: Mapping[str, ResourceType], removed: Collection[str]) -> Any:
    """Replace references to removed resources and to attributes that are not emulated with text of the same form."""
    if isinstance(value, list):
        return [_without_references(item, rows, removed) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("Ref") in removed:
        return f"not-deployed-{value['Ref']}"
    if "Fn::GetAtt" in value:
        logical_id, attribute = value["Fn::GetAtt"]
        if logical_id in removed or attribute in rows[logical_id].not_emulated_attributes:
            return f"arn:aws:emulated:us-east-1:111111111111:not-deployed/{logical_id}/{attribute}"
    return {key: _without_references(item, rows, removed) for key, item in value.items()}

"""What of a cloud assembly an emulator can deploy: types it cannot create go, and what pointed at them becomes text."""

import json
import shutil
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SUPPORTED = Path(__file__).with_name("supported_types.txt")
#: Attributes that AWS returns and the emulator does not know.
_UNKNOWN_ATTRIBUTES = {("AWS::RDS::DBInstance", "MasterUserSecret.SecretArn")}

#: Properties with which the emulator refuses a type that it creates otherwise.
_UNSUPPORTED_PROPERTIES = {"AWS::CloudWatch::Alarm": ("Metrics",)}


@dataclass(frozen=True, kw_only=True)
class Stripped:
    """What is left to deploy, and what is not."""

    kept: Mapping[str, Mapping[str, str]]
    """By stack: the type of each logical id."""
    dropped: Mapping[str, int]
    """Resources left out, by type, or by type and the property for which."""


def supported_types() -> frozenset[str]:
    """The resource types that the pinned emulator creates; the rehearsal compares this list with the emulator's own."""
    return frozenset(_SUPPORTED.read_text().split())


def strip_assembly(source: Path, target: Path, supported: Collection[str]) -> Stripped:
    """Copy an assembly to `target` without the types that are not supported, and without images to build."""
    shutil.copytree(source, target)
    kept, dropped = {}, Counter[str]()
    for path in sorted(target.glob("*.template.json")):
        template = json.loads(path.read_text())
        gone = _strip(template, supported)
        dropped.update(gone.values())
        kept[path.name.removesuffix(".template.json")] = _types(template)
        path.write_text(json.dumps(template))
    for path in target.glob("*.assets.json"):
        manifest = json.loads(path.read_text())
        path.write_text(json.dumps({**manifest, "dockerImages": {}}))
    return Stripped(kept=kept, dropped=dict(sorted(dropped.items())))


def _strip(template: dict[str, Any], supported: Collection[str]) -> dict[str, str]:
    """Take the unsupported resources out of a template in place; returns what each is, by logical id."""
    types = _types(template)
    gone = {key: name for key, item in template["Resources"].items() if (name := _unsupported(item, supported))}
    kept = {key: item for key, item in template["Resources"].items() if key not in gone}
    for resource in kept.values():
        waits_for = resource.pop("DependsOn", [])
        left = [each for each in ([waits_for] if isinstance(waits_for, str) else waits_for) if each not in gone]
        if left:
            resource["DependsOn"] = left
    template["Resources"] = _replaced(kept, types, gone)
    if "Outputs" in template:
        template["Outputs"] = _replaced(template["Outputs"], types, gone)
    return gone


def _unsupported(resource: Mapping[str, Any], supported: Collection[str]) -> str | None:
    """What the emulator cannot create, or None for what it can."""
    kind = resource["Type"]
    if kind not in supported:
        return str(kind)
    properties = resource.get("Properties", {})
    return next((f"{kind} with {each}" for each in _UNSUPPORTED_PROPERTIES.get(kind, ()) if each in properties), None)


def _types(template: Mapping[str, Any]) -> dict[str, str]:
    return {logical_id: resource["Type"] for logical_id, resource in template["Resources"].items()}


def _replaced(value: Any, types: Mapping[str, str], gone: Collection[str]) -> Any:
    """The value with references to what is gone, or unknown, replaced by text of the same shape."""
    if isinstance(value, list):
        return [_replaced(item, types, gone) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("Ref") in gone:
        return f"not-deployed-{value['Ref']}"
    if "Fn::GetAtt" in value:
        logical_id, attribute = value["Fn::GetAtt"]
        if logical_id in gone or (types[logical_id], attribute) in _UNKNOWN_ATTRIBUTES:
            return f"arn:aws:emulated:us-east-1:111111111111:not-deployed/{logical_id}/{attribute}"
    return {key: _replaced(item, types, gone) for key, item in value.items()}

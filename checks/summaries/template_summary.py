"""Renders a synthesized template as text for review: one line per resource, and one per statement, rule and alarm.

Each resource line ends with a digest of the whole resource, so that every change of a template changes its summary.
`operations/template_diff.py` shows the full difference between two revisions.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from checks.summaries.summary_details import details
from checks.summaries.summary_text import Reader

Template = dict[str, Any]

_ASSET_HASH = re.compile(r"(?<!sha256:)\b[0-9a-f]{64}\b")
_DIGEST_LENGTH = 8
#: Sections whose entries appear as one line each, in this order; resources follow them.
_SECTIONS = ("Parameters", "Mappings", "Conditions", "Rules", "Outputs")


def masked(text: str) -> str:
    """Replace asset hashes, which change with every file of an asset; digests of container images stay."""
    return _ASSET_HASH.sub("<asset>", text)


def summarize(template: Template, *, account: str, region: str) -> str:
    """Render a template; ARNs and bucket names are shortened by the account and Region that the stack deploys to."""
    template = json.loads(masked(json.dumps(template)))
    reader = Reader(account, region, template.get("Parameters", {}))
    return "\n".join([*_section_lines(template), *_resource_lines(template, reader)]) + "\n"


def digest(value: object) -> str:
    """Return the first characters of the SHA-256 of a value's sorted JSON."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:_DIGEST_LENGTH]


def _section_lines(template: Template) -> Iterator[str]:
    for key in sorted(template.keys() - {*_SECTIONS, "Resources"}):
        yield f"{key}: {template[key]} #{digest(template[key])}"
    for section in _SECTIONS:
        for name, entry in sorted(template.get(section, {}).items()):
            kind = f" {entry['Type']} {entry.get('Default', '-')}" if section == "Parameters" else ""
            yield f"{section.removesuffix('s')} {name}{kind} #{digest(entry)}"


def _resource_lines(template: Template, reader: Reader) -> Iterator[str]:
    for logical_id, resource in sorted(template.get("Resources", {}).items()):
        properties = resource.get("Properties", {})
        name = reader.text(_physical_name(resource["Type"], properties))
        yield f"{resource['Type']} {logical_id} {name} #{digest(resource)}"
        yield from (f"  {line}" for line in details(resource["Type"], properties, reader))


def _physical_name(resource_type: str, properties: dict[str, Any]) -> object:
    """Return the property that names the resource: `RoleName` of a Role, `GroupName` of a SecurityGroup, `Name`.

    A VPC endpoint has no name; its service stands in for one.
    """
    noun = resource_type.rsplit("::", maxsplit=1)[-1]
    stems = {key: re.sub("(Name|Identifier)$", "", key) for key in properties}
    names = [key for key, stem in stems.items() if stem != key and noun.endswith(stem)]
    return properties[max(names, key=len)] if names else properties.get("ServiceName", "-")

"""Comparison of the resource types in the templates with their rows and with the security controls."""

from collections import Counter
from collections.abc import Iterator, Mapping

from checks.controls import controls
from checks.finding import Finding
from common.resource_types import resource_types

CHECK = "resource types"
_ALL = "all configurations"


def type_findings(types: Mapping[str, Counter[str]]) -> Iterator[Finding]:
    """Yield types that have no row, exceed their limit or are excluded by a control; `types` are by configuration."""
    rows = resource_types()
    excluded = {name: control.ids for control in controls() for name in control.absent}
    for configuration, counts in types.items():
        for name, count in counts.items():
            where = f"{configuration}/{name}"
            if name not in rows:
                yield Finding(CHECK, "no row", where, "add a row to checks/resource_types.toml")
            elif (limit := rows[name].limit) is not None and count > limit:
                yield Finding(CHECK, "limit", where, f"{count} resources, an account and region may hold {limit}")
            if name in excluded:
                controlled_by = ", ".join(excluded[name])
                yield Finding(CHECK, "excluded", where, f"{controlled_by} in checks/controls.toml excludes this type")


def unused_findings(types: Mapping[str, Counter[str]]) -> Iterator[Finding]:
    """Yield rows and controls whose resource type no configuration uses; `types` holds all configurations."""
    used = set().union(*types.values())
    for name in sorted(resource_types().keys() - used):
        yield Finding(CHECK, "unused row", _ALL, f"remove {name} from checks/resource_types.toml")
    for control in controls():
        for name in sorted(set(control.resources) - used):
            what = f"{', '.join(control.ids)} in checks/controls.toml names {name}, which no template has"
            yield Finding(CHECK, "unused control", _ALL, what)

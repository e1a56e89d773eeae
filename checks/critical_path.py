"""The longest chain of a first deployment, read from a synthesized environment and a table of creation times.

Stacks start when all they wait for are done, as `cdk deploy --concurrency` starts them; inside a stack a resource
starts when what it refers to or depends on is done, as CloudFormation does.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

MWAA = "AWS::MWAA::Environment"
#: How much longer everything may take than MWAA with what it truly needs.
ALLOWED_RATIO = 1.10
#: What MWAA needs without referring to it: its containers reach nothing but by an endpoint or a NAT gateway, and an
#: environment whose containers reach nothing fails (user guide, VPC endpoints for private routing, read 2026-11-24).
_WAYS_OUT = frozenset({"AWS::EC2::VPCEndpoint", "AWS::EC2::NatGateway", "AWS::EC2::Route"})
_TIMES = Path(__file__).with_name("creation_times.toml")
_PARAMETER = "AWS::SSM::Parameter"

Resource = tuple[str, str]
"""Stack and logical id."""


@dataclass(frozen=True)
class Link:
    """One resource of a chain, with the second it starts at."""

    stack: str
    resource: str
    kind: str
    start: float
    seconds: float


@dataclass(frozen=True, kw_only=True)
class CriticalPath:
    """The longest chain of an environment, and the chain that MWAA needs by itself."""

    chain: tuple[Link, ...]
    total: float
    needed: float

    @property
    def ratio(self) -> float:
        """How much longer all of it takes than MWAA with what it truly needs."""
        return self.total / self.needed

    @property
    def is_short(self) -> bool:
        """Whether nothing else than MWAA decides how long a deployment takes."""
        return self.ratio <= ALLOWED_RATIO


@cache
def creation_times() -> Mapping[str, dict[str, Any]]:
    """Seconds and source by resource type; `default` is for all others, `stack` for a stack around them."""
    return tomllib.loads(_TIMES.read_text())


def critical_path(folder: Path) -> CriticalPath:
    """The critical path of a synthesized environment."""
    waits_for = _stack_order(folder)
    kinds, needs = _resources(folder, waits_for)
    ends: dict[Resource, float] = {}
    before: dict[Resource, Resource | None] = {}
    last: dict[str, Resource] = {}
    stack_end: dict[str, float] = {}
    for stack in TopologicalSorter(waits_for).static_order():
        earlier = max(waits_for[stack], key=lambda each: stack_end[each], default=None)
        start = (stack_end[earlier] if earlier else 0) + _seconds("stack")
        inside = {item: {each for each in needs[item] if each[0] == stack} for item in needs if item[0] == stack}
        for item in TopologicalSorter(inside).static_order():
            slowest = max(inside[item], key=lambda each: ends[each], default=None)
            before[item] = slowest or (last[earlier] if earlier else None)
            ends[item] = (ends[slowest] if slowest else start) + _seconds(kinds[item])
        last[stack] = max(inside, key=lambda each: ends[each])
        stack_end[stack] = ends[last[stack]]
    end = last[max(stack_end, key=lambda each: stack_end[each])]
    chain = tuple(_chain(end, before, ends, kinds))
    return CriticalPath(chain=chain, total=ends[end], needed=_needed(kinds, needs))


def _needed(kinds: Mapping[Resource, str], needs: Mapping[Resource, set[Resource]]) -> float:
    """How long MWAA takes with what it refers to, in whatever stack, and its containers' ways out; no stack waits."""
    (mwaa,) = (item for item, kind in kinds.items() if kind == MWAA)
    ways_out = {item for item, kind in kinds.items() if kind in _WAYS_OUT}
    needs = {**needs, mwaa: needs[mwaa] | ways_out}
    ends: dict[Resource, float] = {}
    for item in TopologicalSorter(needs).static_order():
        ends[item] = max((ends[each] for each in needs[item]), default=0) + _seconds(kinds[item])
    return ends[mwaa]


def _chain(
    end: Resource,
    before: Mapping[Resource, Resource | None],
    ends: Mapping[Resource, float],
    kinds: Mapping[Resource, str],
) -> Iterator[Link]:
    item: Resource | None = end
    links = []
    while item is not None:
        seconds = _seconds(kinds[item])
        links.append(Link(item[0], item[1], kinds[item], ends[item] - seconds, seconds))
        item = before[item]
    yield from reversed(links)


def _stack_order(folder: Path) -> dict[str, set[str]]:
    """The stacks each stack waits for, from the assembly's manifest."""
    artifacts = json.loads((folder / "manifest.json").read_text())["artifacts"]
    stacks = {name for name, artifact in artifacts.items() if artifact["type"] == "aws:cloudformation:stack"}
    return {name: stacks.intersection(artifacts[name].get("dependencies", ())) for name in stacks}


def _resources(folder: Path, stacks: Iterable[str]) -> tuple[dict[Resource, str], dict[Resource, set[Resource]]]:
    """The type of every resource and the resources it needs, over published parameters in other stacks too."""
    templates = {stack: json.loads((folder / f"{stack}.template.json").read_text()) for stack in stacks}
    kinds = {
        (stack, str(name)): _kind(resource)
        for stack, template in templates.items()
        for name, resource in template["Resources"].items()
    }
    published = {
        templates[stack]["Resources"][name]["Properties"]["Name"]: (stack, name)
        for (stack, name), kind in kinds.items()
        if kind == _PARAMETER
    }
    needs: dict[Resource, set[Resource]] = {}
    for stack, name in kinds:
        parameters = templates[stack].get("Parameters", {})
        resource = templates[stack]["Resources"][name]
        named = {*_listed(resource.get("DependsOn", [])), *_named(resource.get("Properties", {}))}
        received = {str(parameters.get(each, {}).get("Default")) for each in named}
        own = {(stack, each) for each in named if (stack, each) in kinds}
        needs[stack, name] = own | {published[path] for path in received if path in published}
    return kinds, needs


def _kind(resource: Mapping[str, Any]) -> str:
    """The type of a resource; a gateway endpoint is a route, made at once, and no interface."""
    is_gateway = resource.get("Properties", {}).get("VpcEndpointType") == "Gateway"
    return "AWS::EC2::Route" if is_gateway else str(resource["Type"])


def _named(value: Any) -> Iterator[str]:
    """The logical ids and parameters that a value names."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "Ref":
                yield str(item)
            elif key == "Fn::GetAtt":
                yield str(item[0] if isinstance(item, list) else item.partition(".")[0])
            else:
                yield from _named(item)
    elif isinstance(value, list):
        for item in value:
            yield from _named(item)


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def source(kind: str) -> str:
    """Where the creation time of a type is from."""
    return str(_entry(kind)["source"])


def _seconds(kind: str) -> float:
    return float(_entry(kind)["seconds"])


def _entry(kind: str) -> dict[str, Any]:
    times = creation_times()
    return times.get(kind, times["default"])

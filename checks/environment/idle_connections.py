"""Servers behind a load balancer keep idle connections longer than the load balancer does."""

import re
from collections.abc import Iterator
from typing import Any

from checks.assembly import ASSEMBLY, Assembly
from checks.finding import Finding

KEEP_ALIVE = "ServerKeepAlive"
RULES = (KEEP_ALIVE,)

_SECONDS = re.compile(r"--timeout-keep-alive[ =](\d+)")
_IDLE = "idle_timeout.timeout_seconds"
#: Of a load balancer that sets no other.
_DEFAULT_IDLE = "60"


def keep_alive_findings(assembly: Assembly) -> Iterator[Finding]:
    """Yield the containers with ports whose server may close a connection while the load balancer uses it."""
    for stack, template in assembly.templates.items():
        resources = template["Resources"].items()
        idle = [_idle(item["Properties"]) for _, item in resources if item["Type"].endswith("V2::LoadBalancer")]
        tasks = [(name, item["Properties"]) for name, item in resources if item["Type"] == "AWS::ECS::TaskDefinition"]
        for name, container in ((name, each) for name, task in tasks for each in task["ContainerDefinitions"]):
            if idle and container.get("PortMappings"):
                found = _SECONDS.search(" ".join(map(str, container.get("Command", ()))))
                if found is None or int(found[1]) <= max(idle):
                    what = f"it must keep idle connections for more than {max(idle)} s with --timeout-keep-alive"
                    yield Finding(ASSEMBLY, KEEP_ALIVE, f"{stack}/{name}/{container['Name']}", what)


def _idle(balancer: dict[str, Any]) -> int:
    attributes = {each["Key"]: each["Value"] for each in balancer.get("LoadBalancerAttributes", ())}
    return int(attributes.get(_IDLE, _DEFAULT_IDLE))

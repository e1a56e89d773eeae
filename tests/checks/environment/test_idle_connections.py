from typing import Any

import pytest

from checks.assembly import Assembly
from checks.environment.idle_connections import keep_alive_findings
from infra.environments import PROD

BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
SIXTY = [{"Key": "idle_timeout.timeout_seconds", "Value": "60"}]


def findings(
    command: list[Any], *, attributes: list[dict[str, str]] = SIXTY, ports: tuple[int, ...] = (80,), balancers: int = 1
) -> int:
    container = {"Name": "server", "Command": command, "PortMappings": [{"ContainerPort": port} for port in ports]}
    properties = {"LoadBalancerAttributes": attributes}
    resources = {f"Balancer{number}": {"Type": BALANCER, "Properties": properties} for number in range(balancers)}
    resources["Task"] = {"Type": "AWS::ECS::TaskDefinition", "Properties": {"ContainerDefinitions": [container]}}
    assembly = Assembly(config=PROD, templates={"any": {"Resources": resources}}, images={})
    return len(list(keep_alive_findings(assembly)))


@pytest.mark.parametrize(
    ("command", "count"),
    [
        (["serve", "--timeout-keep-alive", "61"], 0),
        (["serve", "--options", "--timeout-keep-alive=61"], 0),
        (["serve", "--timeout-keep-alive", "60"], 1),
        (["serve"], 1),
    ],
)
def test_a_server_keeps_idle_connections_longer_than_its_load_balancer(command: list[str], count: int) -> None:
    assert findings(command) == count


def test_a_load_balancer_without_the_attribute_keeps_them_for_a_minute() -> None:
    assert findings(["serve", "--timeout-keep-alive", "61"], attributes=[]) == 0
    assert findings(["serve", "--timeout-keep-alive", "60"], attributes=[]) == 1


def test_tasks_without_a_port_or_a_load_balancer_are_free() -> None:
    assert findings(["migrate"], ports=()) == 0
    assert findings(["serve"], balancers=0) == 0

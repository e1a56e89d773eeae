from dataclasses import replace
from pathlib import Path

from aws_cdk.assertions import Template

from infra.config.network_config import INTERFACE_ENDPOINTS
from infra.environments import DEV
from stacks.network_stack import NetworkStack
from stacks.synth import new_app
from tests.stacks.conftest import Templates
from tests.stacks.templates import resources


def test_there_is_no_way_to_the_internet(dev: Templates) -> None:
    for kind in ("AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::EIP"):
        assert not resources(dev["network"], kind)
    assert not [subnet for subnet in resources(dev["network"], "AWS::EC2::Subnet") if subnet["MapPublicIpOnLaunch"]]


def test_every_service_has_a_private_endpoint(dev: Templates) -> None:
    endpoints = resources(dev["network"], "AWS::EC2::VPCEndpoint")
    names = {endpoint["ServiceName"] for endpoint in endpoints if endpoint["VpcEndpointType"] == "Interface"}
    assert names == {f"com.amazonaws.us-east-1.{service}" for service in INTERFACE_ENDPOINTS}
    assert len(endpoints) == len(names) + 1


def test_nobody_outside_the_vpc_may_enter(dev: Templates) -> None:
    groups = resources(dev["network"], "AWS::EC2::SecurityGroup")
    rules = [rule for group in groups for rule in group.get("SecurityGroupIngress", [])]
    assert {rule["CidrIp"] for rule in rules} == {DEV.network.cidr}


def test_traffic_is_recorded(dev: Templates) -> None:
    (flow_log,) = resources(dev["network"], "AWS::EC2::FlowLog")
    assert flow_log["TrafficType"] == "ALL"


def test_nat_is_a_choice(tmp_path: Path) -> None:
    config = replace(DEV, network=replace(DEV.network, mode="egress", nat_gateways=1))
    template = Template.from_stack(NetworkStack(new_app(tmp_path), config=config))
    template.resource_count_is("AWS::EC2::NatGateway", 1)
    template.resource_count_is("AWS::EC2::Subnet", 4)

from dataclasses import replace

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from infra.config.network_config import ImportedVpc, NetworkConfig, NetworkMode
from infra.config.platform_config import PlatformConfig
from infra.environments import DEV
from infra.network.modes import Network, network_of

SUBNETS = ("subnet-00000000000000001", "subnet-00000000000000002")


def imported(*, has_endpoints: bool = False, endpoint_cidr: str | None = None) -> NetworkConfig:
    vpc = ImportedVpc(
        vpc_id="vpc-00000000000000000",
        subnet_ids=SUBNETS,
        route_table_ids=("rtb-00000000000000000",),
        has_endpoints=has_endpoints,
        endpoint_cidr=endpoint_cidr,
    )
    return replace(DEV.network, mode="imported", imported=vpc)


def built(config: PlatformConfig) -> tuple[Network, Template]:
    stack = cdk.Stack()
    network = network_of(stack, config=config, log_key=lambda: kms.Key(stack, "Key"))
    return network, Template.from_stack(stack)


@pytest.mark.parametrize(("mode", "gateways", "addresses"), [("isolated", 0, 0), ("egress", 1, 2)])
def test_only_egress_has_a_nat_gateway_with_an_address_per_zone(
    mode: NetworkMode, gateways: int, addresses: int
) -> None:
    network, template = built(replace(DEV, network=replace(DEV.network, mode=mode)))
    template.resource_count_is("AWS::EC2::NatGateway", gateways)
    template.resource_count_is("AWS::EC2::InternetGateway", gateways)
    template.resource_count_is("AWS::EC2::EIP", addresses)
    template.resource_count_is("AWS::EC2::FlowLog", 1)
    assert list(network.service_cidrs) == (["0.0.0.0/0"] if gateways else [])


def test_an_imported_network_creates_nothing_and_needs_no_log_key() -> None:
    network, template = built(replace(DEV, network=imported()))
    assert "Resources" not in template.to_json()
    assert (network.subnet_ids, network.has_endpoints, network.service_cidrs) == (SUBNETS, False, ())


@pytest.mark.parametrize(("given", "block"), [(None, DEV.network.cidr), ("10.200.0.0/16", "10.200.0.0/16")])
def test_endpoints_of_the_owner_are_reached_in_their_block(given: str | None, block: str) -> None:
    network, _ = built(replace(DEV, network=imported(has_endpoints=True, endpoint_cidr=given)))
    assert network.has_endpoints
    assert network.service_cidrs == (block,)

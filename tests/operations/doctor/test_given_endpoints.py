"""Whether doctor names the endpoints that the owner of an imported VPC has not provided."""

from dataclasses import replace
from typing import Any

import pytest

from checks.assembly import Assembly
from infra.config.network_config import ImportedVpc
from operations.doctor.given_endpoints import given_endpoint_obstacles
from tests.operations.doctor.accounts import CONFIG, EMULATING, subject

GIVEN = ImportedVpc(
    vpc_id="vpc-0123456789abcdef0",
    subnet_ids=("subnet-0123456789abcdef0", "subnet-0123456789abcdef1"),
    route_table_ids=(),
    has_endpoints=True,
)
SERVICES = ("s3", *(endpoint.service for endpoint in CONFIG.called_endpoints))


def account(*services: str, state: str = "available", nameless: str = "") -> dict[str, Any]:
    """The answers of an account whose VPC has endpoints of these services, one of them without private DNS."""
    endpoints = [
        {"ServiceName": f"com.amazonaws.us-east-1.{each}", "State": state, "PrivateDnsEnabled": each not in named}
        for named in [{"s3", nameless}]
        for each in services
    ]
    return {"ec2.DescribeVpcEndpoints": {"VpcEndpoints": endpoints}}


def found(answers: dict[str, Any], given: ImportedVpc | None = GIVEN) -> list[str]:
    network = replace(CONFIG.network, mode="imported" if given else "isolated", imported=given)
    assembly = Assembly(config=replace(CONFIG, network=network), templates={}, images={}, dependencies={})
    return [each.what for each in given_endpoint_obstacles(subject(assembly, answers, EMULATING))]


def test_a_vpc_with_every_endpoint_is_silent() -> None:
    assert found(account(*SERVICES)) == []


def test_a_missing_endpoint_is_named() -> None:
    assert found(account(*(each for each in SERVICES if each not in {"s3", "kms"}))) == [
        "vpc-0123456789abcdef0 has no endpoint of s3, kms"
    ]
    assert "has no endpoint of s3, ec2" in found(account(*SERVICES, state="pendingAcceptance"))[0]


def test_an_endpoint_without_private_dns_is_named() -> None:
    assert found(account(*SERVICES, nameless="sts")) == [
        "the endpoints of sts in vpc-0123456789abcdef0 have no private DNS"
    ]


@pytest.mark.parametrize(
    "given",
    [
        None,
        replace(GIVEN, has_egress=True),
        replace(GIVEN, endpoint_cidr="10.99.0.0/16"),
        replace(GIVEN, has_endpoints=False, route_table_ids=("rtb-0123456789abcdef0",)),
    ],
)
def test_other_networks_are_not_examined(given: ImportedVpc | None) -> None:
    assert found({}, given) == []

"""The certificate and the zone of MLflow's host."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from checks.assembly import Assembly
from checks.variants import VARIANTS
from infra.config.hosted_zone import ExistingZone
from infra.config.network_config import ImportedVpc
from infra.config.platform_config import PlatformConfig
from operations.doctor.certificate import certificate_obstacles
from operations.doctor.hosted_zone import hosted_zone_obstacles
from operations.doctor.obstacle import Obstacle
from tests.operations.doctor.accounts import CONFIG, EMULATING, HOST, PREPARED, subject
from tests.operations.doctor.stub import error

VPC = "vpc-0123456789abcdef0"
ZONE = ExistingZone(zone_id="Z0123456789ABCDEFGHIJ", name="data.corp.com")
IMPORTED = ImportedVpc(
    vpc_id=VPC,
    subnet_ids=("subnet-0123456789abcdef0", "subnet-0123456789abcdef1"),
    route_table_ids=("rtb-0123456789abcdef0",),
)
OWN = replace(CONFIG, network=replace(CONFIG.network, mode="imported", imported=IMPORTED))
EXISTING = replace(OWN, tracking=replace(OWN.tracking, zone=ZONE))


def lines(check: Any, config: PlatformConfig, answers: Any) -> list[str]:
    assembly = Assembly(config=config, templates={}, images={})
    obstacles: Iterable[Obstacle] = check(subject(assembly, {**PREPARED, **answers}, EMULATING))
    return [f"{obstacle.stage}: {obstacle.what} -> {obstacle.remedy[0]}" for obstacle in obstacles]


def hosted_zone(name: str = "data.corp.com.", *, is_private: bool = True, vpc: str = VPC) -> dict[str, Any]:
    zone = {"Id": f"/hostedzone/{ZONE.zone_id}", "Name": name, "CallerReference": "1"}
    return {
        "HostedZone": {**zone, "Config": {"PrivateZone": is_private}},
        "VPCs": [{"VPCId": vpc, "VPCRegion": CONFIG.region}],
    }


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (hosted_zone(), []),
        (error("NoSuchHostedZone"), [f"hosted zone {ZONE.zone_id} is none of this account -> aws route53 list-hosted"]),
        (hosted_zone(is_private=False), ["is the public zone data.corp.com, not the private zone data.corp.com"]),
        (hosted_zone("corp.com."), ["is the private zone corp.com, not the private zone data.corp.com"]),
        (
            hosted_zone(vpc="vpc-1"),
            [
                f"is not associated with {VPC} -> aws route53 associate-vpc-with-hosted-zone --hosted-zone-id "
                f"{ZONE.zone_id} --vpc VPCRegion=us-east-1,VPCId={VPC}"
            ],
        ),
    ],
)
def test_an_existing_zone_is_private_and_associated_with_the_vpc(answer: Any, expected: list[str]) -> None:
    found = lines(hosted_zone_obstacles, EXISTING, {"route53.GetHostedZone": answer})
    assert len(found) == len(expected)
    assert all(part in line for line, part in zip(found, expected, strict=True))


def test_an_imported_vpc_has_no_zone_of_the_host_before_the_platform() -> None:
    owner = {"OwningAccount": CONFIG.account}
    summaries = [{"HostedZoneId": f"Z{number}", "Name": name, "Owner": owner}
                 for number, name in enumerate((f"{HOST}.", "corp.com."))]  # fmt: skip
    answers = {"route53.ListHostedZonesByVPC": {"HostedZoneSummaries": summaries, "MaxItems": "100"}}
    (only,) = lines(hosted_zone_obstacles, OWN, answers)
    assert f"{VPC} has a hosted zone {HOST} already: Z0 -> aws route53 disassociate-vpc-from-hosted-zone" in only
    stacks = [
        {"StackName": "mlops-dev-tracking", "StackStatus": "UPDATE_COMPLETE", "CreationTime": "2026-11-29T12:00:00Z"}
    ]
    assert lines(hosted_zone_obstacles, OWN, {**answers, "cloudformation.DescribeStacks": {"Stacks": stacks}}) == []


def test_a_vpc_of_the_platform_is_not_looked_up() -> None:
    assert lines(hosted_zone_obstacles, CONFIG, {}) == []


def test_a_certificate_of_a_private_authority_needs_its_authority_in_every_client() -> None:
    certificate = {"Certificate": {"DomainName": HOST, "Status": "ISSUED", "Type": "PRIVATE"}}
    answers = {"acm.DescribeCertificate": certificate}
    (only,) = lines(certificate_obstacles, CONFIG, answers)
    assert "was issued by a private authority -> aws acm get-certificate --certificate-arn" in only
    bundle = VARIANTS["private-ca"].tracking.ca_bundle
    trusting = replace(CONFIG, tracking=replace(CONFIG.tracking, ca_bundle=bundle))
    assert lines(certificate_obstacles, trusting, answers) == []

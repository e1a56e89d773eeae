"""What the owner of an imported VPC has to provide (docs/network.md, "An imported VPC")."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from infra.config.network_config import ImportedVpc
from infra.network.placement import EMR_TAG
from operations.doctor.obstacle import FIRST_RUN, Obstacle
from operations.doctor.subject import Subject

_NETWORK = "network"


def imported_vpc_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield obstacles of an imported VPC: its block, its DNS, the zones of its subnets and the tags for EMR."""
    given = subject.config.network.imported
    if given is None:
        return
    ec2 = subject.client("ec2")
    (vpc,) = ec2.describe_vpcs(VpcIds=[given.vpc_id])["Vpcs"]
    found = ec2.describe_subnets(SubnetIds=list(given.subnet_ids))["Subnets"]
    by_id = {subnet["SubnetId"]: subnet for subnet in found}
    yield from _block(subject, vpc)
    yield from _name_resolution(ec2, given.vpc_id)
    yield from _zones(subject, given, [by_id[name] for name in given.subnet_ids])
    yield from _tags({given.vpc_id: vpc, **by_id})


def _block(subject: Subject, vpc: Mapping[str, Any]) -> Iterator[Obstacle]:
    cidr = subject.config.network.cidr
    if vpc["CidrBlock"] != cidr:
        yield Obstacle(
            stage=_NETWORK,
            what=f"{vpc['VpcId']} has the block {vpc['CidrBlock']}, and network.cidr is {cidr}",
            why="security groups would allow connections to the wrong addresses",
            remedy=[f'set network.cidr="{vpc["CidrBlock"]}" in infra/environments.py'],
        )


def _name_resolution(ec2: Any, vpc_id: str) -> Iterator[Obstacle]:
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        key = f"{attribute[0].upper()}{attribute[1:]}"
        if not ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute=attribute)[key]["Value"]:
            option = {"enableDnsSupport": "--enable-dns-support", "enableDnsHostnames": "--enable-dns-hostnames"}
            yield Obstacle(
                stage=_NETWORK,
                what=f"{attribute} of {vpc_id} is off",
                why="endpoints with private DNS and the private zone of MLflow need it",
                remedy=[f"aws ec2 modify-vpc-attribute --vpc-id {vpc_id} {option[attribute]} '{{\"Value\": true}}'"],
            )


def _zones(subject: Subject, given: ImportedVpc, subnets: Sequence[Mapping[str, Any]]) -> Iterator[Obstacle]:
    expected = subject.config.network.availability_zones
    actual = tuple(subnet["AvailabilityZoneId"] for subnet in subnets)
    if actual != expected:
        yield Obstacle(
            stage=_NETWORK,
            what=f"the imported subnets are in {', '.join(actual)}, not {', '.join(expected)}",
            why="MWAA needs its two subnets in different zones, and runs in the first two of the settings",
            remedy=[f"export PLATFORM_{subject.config.environment.upper()}_ZONES={','.join(actual)}"],
        )
    name = subnets[0]["AvailabilityZone"]
    if given.first_zone_name not in {None, name}:
        yield Obstacle(
            stage="compute",
            what=f"the first subnet is in {name}, not {given.first_zone_name}",
            why="a Glue connection whose zone differs from its subnet starts no job",
            remedy=[f'set network.imported.first_zone_name="{name}" in infra/environments.py'],
        )


def _tags(resources: Mapping[str, Mapping[str, Any]]) -> Iterator[Obstacle]:
    tag = {"Key": EMR_TAG, "Value": "true"}
    untagged = [name for name, resource in resources.items() if tag not in resource.get("Tags", [])]
    if untagged:
        yield Obstacle(
            stage=FIRST_RUN,
            what=f"{', '.join(untagged)} lack the tag {EMR_TAG}",
            why="AmazonEMRServicePolicy_v2 starts clusters in tagged networks only",
            remedy=[f"aws ec2 create-tags --resources {' '.join(untagged)} --tags Key={EMR_TAG},Value=true"],
        )

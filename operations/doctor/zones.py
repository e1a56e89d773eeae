"""Zones of the account, and the zones in which the endpoints of the configuration exist."""

from collections.abc import Iterator, Mapping

from infra.config.zones import UNSUITABLE
from operations.doctor.obstacle import Obstacle
from operations.doctor.subject import Subject

_NETWORK = "network"


def zone_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield obstacles of zones that the account lacks, and of zones without an endpoint that the platform creates."""
    network = subject.config.network
    zones = subject.client("ec2").describe_availability_zones(
        Filters=[{"Name": "zone-type", "Values": ["availability-zone"]}]
    )["AvailabilityZones"]
    ids = {zone["ZoneName"]: zone["ZoneId"] for zone in zones if zone["State"] == "available"}
    endpoints = _zones_of_endpoints(subject, ids)
    usable = sorted(set(ids.values()) - UNSUITABLE.keys())
    complete = [zone for zone in usable if all(zone in served for served in endpoints.values())]
    remedy = _choice(subject, complete, len(network.availability_zones))
    for zone in network.availability_zones:
        if zone not in ids.values():
            yield Obstacle(
                stage=_NETWORK,
                what=f"zone {zone} is not available to this account, which has {', '.join(sorted(ids.values()))}",
                why="its subnet cannot be created",
                remedy=remedy,
            )
            continue
        lacking = sorted(service for service, served in endpoints.items() if served and zone not in served)
        if lacking:
            yield Obstacle(
                stage=_NETWORK,
                what=f"zone {zone} has no endpoint of {', '.join(lacking)}",
                why='an endpoint in its subnet ends with "does not support the availability zone of the subnet"',
                remedy=remedy,
            )
    yield from _unknown_endpoints(subject, endpoints)


def _choice(subject: Subject, complete: list[str], count: int) -> list[str]:
    setting = f"PLATFORM_{subject.config.environment.upper()}_ZONES"
    chosen = [zone for zone in subject.config.network.availability_zones if zone in complete]
    chosen += [zone for zone in complete if zone not in chosen]
    if len(chosen) < 2:
        return ["choose another region: fewer than two zones of this one have every endpoint"]
    return [f"export {setting}={','.join(chosen[:count])}"]


def _zones_of_endpoints(subject: Subject, ids: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the zone ids of each endpoint that the templates create; empty for one that the region does not have."""
    endpoints = [properties["ServiceName"] for _, _, properties in subject.resources("AWS::EC2::VPCEndpoint")]
    if not endpoints:
        return {}
    ec2 = subject.client("ec2")
    filters = [{"Name": "service-name", "Values": sorted(endpoints)}]
    pages = ec2.get_paginator("describe_vpc_endpoint_services").paginate(Filters=filters)
    details = [detail for page in pages for detail in page["ServiceDetails"]]
    served = {each["ServiceName"]: {ids[name] for name in each["AvailabilityZones"] if name in ids} for each in details}
    return {service: served.get(service, set()) for service in endpoints}


def _unknown_endpoints(subject: Subject, endpoints: Mapping[str, set[str]]) -> Iterator[Obstacle]:
    prefix = f"com.amazonaws.{subject.config.region}."
    missing = sorted(service.removeprefix(prefix) for service, served in endpoints.items() if not served)
    if missing:
        yield Obstacle(
            stage=_NETWORK,
            what=f"region {subject.config.region} has no endpoint of {', '.join(missing)}",
            why='the network stack ends with "The Vpc Endpoint Service does not exist"',
            remedy=["choose a region that has it, or network.mode egress without it in infra/environments.py"],
        )

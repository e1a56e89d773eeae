"""The private hosted zone that gets the record of MLflow's host."""

from collections.abc import Iterator

from botocore.exceptions import ClientError

from infra.config.hosted_zone import ExistingZone
from operations.doctor.obstacle import Obstacle
from operations.doctor.subject import Subject


def hosted_zone_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield obstacles of a configured zone that cannot resolve the host, and of one that the VPC has already."""
    network, zone = subject.config.network.imported, subject.config.tracking.zone
    if network is None:
        return
    if zone is None:
        yield from _conflicts(subject, network.vpc_id)
    else:
        yield from _unusable(subject, zone, network.vpc_id)


def _unusable(subject: Subject, zone: ExistingZone, vpc_id: str) -> Iterator[Obstacle]:
    try:
        found = subject.client("route53").get_hosted_zone(Id=zone.zone_id)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchHostedZone":
            raise
        yield _obstacle(f"hosted zone {zone.zone_id} is none of this account", _list(subject, vpc_id))
        return
    name, is_private = found["HostedZone"]["Name"].rstrip("."), found["HostedZone"]["Config"]["PrivateZone"]
    association = f"VPCRegion={subject.config.region},VPCId={vpc_id}"
    if name != zone.name or not is_private:
        kind = "private" if is_private else "public"
        what = f"hosted zone {zone.zone_id} is the {kind} zone {name}, not the private zone {zone.name}"
        yield _obstacle(what, _list(subject, vpc_id))
    elif vpc_id not in {vpc["VPCId"] for vpc in found.get("VPCs", [])}:
        command = f"aws route53 associate-vpc-with-hosted-zone --hosted-zone-id {zone.zone_id} --vpc {association}"
        yield _obstacle(f"hosted zone {zone.zone_id} is not associated with {vpc_id}", command)


def _conflicts(subject: Subject, vpc_id: str) -> Iterator[Obstacle]:
    """Yield an obstacle if a zone of the host's name exists in the VPC before the platform creates one."""
    host, region = subject.config.tracking.host, subject.config.region
    if subject.exists("tracking"):
        return
    zones = subject.client("route53").list_hosted_zones_by_vpc(VPCId=vpc_id, VPCRegion=region)["HostedZoneSummaries"]
    for zone in zones:
        if zone["Name"].rstrip(".") == host:
            command = (
                f"aws route53 disassociate-vpc-from-hosted-zone --hosted-zone-id {zone['HostedZoneId']} "
                f"--vpc VPCRegion={region},VPCId={vpc_id}, or choose another host"
            )
            yield _obstacle(f"{vpc_id} has a hosted zone {host} already: {zone['HostedZoneId']}", command)


def _obstacle(what: str, command: str) -> Obstacle:
    why = "the tracking stack cannot create the record of MLflow's host, or no client in the VPC can look it up"
    return Obstacle(stage="tracking", what=what, why=why, remedy=[command])


def _list(subject: Subject, vpc_id: str) -> str:
    command = f"aws route53 list-hosted-zones-by-vpc --vpc-id {vpc_id} --vpc-region {subject.config.region}"
    return f"{command}, then set tracking.zone in infra/environments.py to one of them"

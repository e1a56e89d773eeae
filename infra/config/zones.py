"""The availability zones of each region by zone id, which names the same physical zone in every account.

Names such as `us-east-1b` do not: in the oldest regions they map to other zones in each account. Source of the ids:
AWS Regions and Availability Zones guide, "AWS Availability Zones"; of the unsuitable ones: MWAA user guide, "Create the
VPC network"; ECS developer guide, "Supported Regions for Amazon ECS on AWS Fargate"; EMR Serverless user guide,
"Endpoints and quotas". All read on 2026-11-29.
"""

import re
from collections.abc import Sequence

from infra.config.regions import require_region
from infra.config.validation import require

#: The number at the end of a zone id selects its eighth of the VPC's block, so zones move no other subnet.
ZONE_NUMBERS = 8

_THREE = ("az1", "az2", "az3")
#: Regions whose zones are not exactly az1, az2 and az3.
_OTHERS = {
    "ap-northeast-1": ("az1", "az2", "az4", "az3"),
    "ap-northeast-2": ("az1", "az2", "az3", "az4"),
    "ca-central-1": ("az1", "az2", "az4"),
    "eu-west-2": ("az1", "az2", "az3", "az4"),
    "us-east-1": ("az1", "az2", "az4", "az5", "az6", "az3"),
    "us-west-1": ("az1", "az3", "az2"),
    "us-west-2": ("az1", "az2", "az3", "az4"),
}
_PREFIXES = {
    "af-south-1": "afs1", "ap-east-1": "ape1", "ap-northeast-1": "apne1", "ap-northeast-2": "apne2",
    "ap-northeast-3": "apne3", "ap-south-1": "aps1", "ap-south-2": "aps2", "ap-southeast-1": "apse1",
    "ap-southeast-2": "apse2", "ap-southeast-3": "apse3", "ap-southeast-4": "apse4", "ap-southeast-5": "apse5",
    "ap-southeast-7": "apse7", "ca-central-1": "cac1", "ca-west-1": "caw1", "eu-central-1": "euc1",
    "eu-central-2": "euc2", "eu-north-1": "eun1", "eu-south-1": "eus1", "eu-south-2": "eus2", "eu-west-1": "euw1",
    "eu-west-2": "euw2", "eu-west-3": "euw3", "il-central-1": "ilc1", "me-central-1": "mec1", "me-south-1": "mes1",
    "mx-central-1": "mxc1", "sa-east-1": "sae1", "us-east-1": "use1", "us-east-2": "use2", "us-west-1": "usw1",
    "us-west-2": "usw2",
}  # fmt: skip

#: The zone ids of each supported region, those that new accounts can use first.
ZONE_IDS = {
    region: tuple(f"{prefix}-{number}" for number in _OTHERS.get(region, _THREE))
    for region, prefix in _PREFIXES.items()
}

#: Zones in which a service of the platform does not run, with the service.
UNSUITABLE = {
    "use1-az3": "MWAA, Fargate on arm64 and EMR Serverless",
    "usw1-az2": "Fargate and EMR Serverless",
    "apne1-az3": "Fargate and EMR Serverless",
    "euw2-az4": "EMR Serverless",
}


def default_zones(region: str, count: int) -> tuple[str, ...]:
    """The first `count` suitable zones of a region, or two where it has no more; raises ConfigError for others."""
    require_region(region)
    return _suitable(region)[:count]


def require_zone_ids(setting: str, zones: Sequence[str]) -> None:
    """Raise ConfigError unless all are zone ids, and none of a zone in which a service of the platform does not run."""
    for zone in zones:
        allowed = (
            "zone ids such as use1-az1, because names such as us-east-1a are other zones in each account; "
            "list both with `aws ec2 describe-availability-zones`"
        )
        require(re.fullmatch(rf"[a-z]{{3,4}}\d-az[1-{ZONE_NUMBERS}]", zone) is not None, setting, zone, allowed)
        services = UNSUITABLE.get(zone)
        require(services is None, setting, zone, f"another zone, because {services} do not run in {zone}")


def require_zones_of(region: str, setting: str, zones: Sequence[str]) -> None:
    """Raise ConfigError unless all are zones of the region."""
    require(set(zones) <= set(_suitable(region)), setting, zones, f"zones of {region}: {', '.join(_suitable(region))}")


def _suitable(region: str) -> tuple[str, ...]:
    return tuple(zone for zone in ZONE_IDS[region] if zone not in UNSUITABLE)

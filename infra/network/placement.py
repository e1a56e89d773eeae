"""Identifiers of VPC, subnets and security groups, which other stacks read from Systems Manager parameters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Group(StrEnum):
    """The security groups, by the workload that uses each."""

    ENDPOINTS = "endpoints"
    AIRFLOW = "airflow"
    JOBS = "jobs"
    EMR_PRIMARY = "emr-primary"
    EMR_NODES = "emr-nodes"
    EMR_SERVICE = "emr-service"
    BALANCER = "tracking-balancer"
    TRACKING = "tracking"
    DATABASE = "tracking-database"


#: AmazonEMRServicePolicy_v2 allows actions only on resources with this tag.
EMR_TAG = "for-use-with-amazon-emr-managed-policies"

VPC_PATH = "network/vpc-id"
#: The name of the first subnet's zone: Glue takes no zone id.
FIRST_ZONE_NAME_PATH = "network/first-zone-name"


def subnet_path(zone: str) -> str:
    """The parameter path of the subnet in a zone, by the part of the zone id that is equal in all regions."""
    return f"network/subnet-{zone_number(zone)}"


def zone_number(zone: str) -> str:
    """The part of a zone id after the region's prefix: `az4` of `use1-az4`."""
    return zone.rpartition("-")[2]


def group_path(group: Group) -> str:
    """The parameter path of a security group."""
    return f"network/group-{group}"


@dataclass(frozen=True, kw_only=True)
class Placement:
    """The VPC, one private subnet per zone and the security groups; `read` returns the value of a parameter path."""

    read: Callable[[str], str]
    availability_zones: Sequence[str]

    @property
    def vpc_id(self) -> str:
        """The VPC's identifier."""
        return self.read(VPC_PATH)

    @property
    def subnet_ids(self) -> list[str]:
        """The identifiers of the private subnets, in the order of the zones."""
        return [self.read(subnet_path(zone)) for zone in self.availability_zones]

    @property
    def first_zone_name(self) -> str:
        """The name of the first zone in this account."""
        return self.read(FIRST_ZONE_NAME_PATH)

    def group_id(self, group: Group) -> str:
        """The identifier of a security group."""
        return self.read(group_path(group))

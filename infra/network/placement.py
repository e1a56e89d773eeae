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


def subnet_path(zone: str) -> str:
    """The parameter path of a zone's subnet; it contains only the letter of the zone, so it is equal in all regions."""
    return f"network/subnet-{zone[-1]}"


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

    def group_id(self, group: Group) -> str:
        """The identifier of a security group."""
        return self.read(group_path(group))

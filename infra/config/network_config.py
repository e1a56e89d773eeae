"""Settings of the network: a VPC that is isolated, has egress through NAT, or is imported."""

import ipaddress
from dataclasses import dataclass
from typing import Literal

from infra.config.address_blocks import overlap, require_private, require_vpc_block
from infra.config.endpoints import INTERFACE_ENDPOINTS, OPTIONAL_ENDPOINTS
from infra.config.validation import require, require_match, require_one_of
from infra.config.zones import ZONE_NUMBERS, require_zone_ids

NetworkMode = Literal["isolated", "egress", "imported"]
MODES = ("egress", "imported", "isolated")


@dataclass(frozen=True, kw_only=True)
class ImportedVpc:
    """An existing VPC: one private subnet per zone, and the route tables of those subnets.

    Set `has_endpoints` if the VPC's owner provides the gateway and interface endpoints, and `endpoint_cidr` to their
    address block if they are outside the VPC. Set `has_egress` if its subnets reach the internet. Workloads use
    Amazon's DNS resolver, which no security group filters.
    `first_zone_name` is the name of the first subnet's zone in this account; only jobs on Glue need it.
    """

    vpc_id: str
    subnet_ids: tuple[str, ...]
    route_table_ids: tuple[str, ...]
    has_endpoints: bool = False
    endpoint_cidr: str | None = None
    has_egress: bool = False
    first_zone_name: str | None = None

    def __post_init__(self) -> None:
        for setting, prefix, identifiers in (
            ("vpc_id", "vpc", (self.vpc_id,)),
            ("subnet_ids", "subnet", self.subnet_ids),
            ("route_table_ids", "rtb", self.route_table_ids),
        ):
            for identifier in identifiers:
                example = f"{prefix}-0123456789abcdef0"
                require_match(f"network.imported.{setting}", identifier, rf"{prefix}-[0-9a-f]{{8,17}}", example)
        is_distinct = len(set(self.subnet_ids)) == len(self.subnet_ids)
        require(is_distinct, "network.imported.subnet_ids", self.subnet_ids, "different subnets")
        has_tables = self.has_endpoints or bool(self.route_table_ids)
        allowed = "the subnets' route tables, which the S3 gateway endpoint is written into"
        require(has_tables, "network.imported.route_table_ids", self.route_table_ids, allowed)
        if self.first_zone_name is not None:
            pattern = r"[a-z]{2}(-[a-z]+)+-\d[a-z]"
            require_match("network.imported.first_zone_name", self.first_zone_name, pattern, "eu-central-1a")
        if self.endpoint_cidr is not None:
            setting = "network.imported.endpoint_cidr"
            require(self.has_endpoints, setting, self.endpoint_cidr, "None unless has_endpoints is True")
            require_private(setting, self.endpoint_cidr)


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """The VPC: no route to the internet in mode `isolated`, a NAT gateway in `egress`, an existing VPC in `imported`.

    `cidr` is the VPC's block in every mode. `availability_zones` are zone ids (infra/config/zones.py). `operator_cidrs`
    are connected networks from which operators may open the web pages of Airflow and MLflow. `s3_prefix_list` is
    required in regions that infra/config/s3_prefix_lists.py lacks. The policies of `open_endpoints` allow every
    principal and resource: docs/network.md#endpoints-and-their-policies.
    """

    cidr: str
    availability_zones: tuple[str, ...]
    mode: NetworkMode = "isolated"
    interface_endpoints: tuple[str, ...] = INTERFACE_ENDPOINTS
    imported: ImportedVpc | None = None
    open_endpoints: tuple[str, ...] = ()
    operator_cidrs: tuple[str, ...] = ()
    s3_prefix_list: str | None = None

    def __post_init__(self) -> None:
        require_one_of("network.mode", self.mode, MODES)
        require_vpc_block("network.cidr", self.cidr)
        zones = self.availability_zones
        require(len(zones) in {2, 3} and len(set(zones)) == len(zones), "network.availability_zones", zones, "2 or 3")
        require_zone_ids("network.availability_zones", zones)
        for block in self.operator_cidrs:
            require_private("network.operator_cidrs", block)
            allowed = f"a network outside {self.cidr}, the VPC's own block, from which no connection is routed to it"
            require(not overlap(block, self.cidr), "network.operator_cidrs", block, allowed)
        if self.s3_prefix_list is not None:
            require_match("network.s3_prefix_list", self.s3_prefix_list, "pl-[0-9a-f]{8,17}", "pl-63a5400a")
        self._require_endpoints()
        closed = sorted(set(self.open_endpoints) - set(self.interface_endpoints))
        require(not closed, "network.open_endpoints", closed, "any of network.interface_endpoints")
        self._require_imported()

    def _require_endpoints(self) -> None:
        known = (*INTERFACE_ENDPOINTS, *OPTIONAL_ENDPOINTS)
        unknown = sorted(set(self.interface_endpoints) - set(known))
        require(not unknown, "network.interface_endpoints", unknown, f"any of {sorted(known)}")
        missing = sorted(set(INTERFACE_ENDPOINTS) - set(self.interface_endpoints))
        allowed = f"{list(INTERFACE_ENDPOINTS)} in mode isolated, which has no other route to AWS"
        require(self.mode != "isolated" or not missing, "network.interface_endpoints without", missing, allowed)

    def _require_imported(self) -> None:
        allowed = "an ImportedVpc in mode imported, None otherwise"
        is_given = self.imported is not None
        require(is_given == (self.mode == "imported"), "network.imported", self.imported, allowed)
        if self.imported is not None:
            count, zones = len(self.imported.subnet_ids), len(self.availability_zones)
            require(count == zones, "network.imported.subnet_ids", self.imported.subnet_ids, f"one per zone: {zones}")

    @property
    def has_egress(self) -> bool:
        """Whether the subnets reach public endpoints on the internet."""
        return self.mode == "egress" or (self.imported is not None and self.imported.has_egress)

    def subnet_cidr(self, zone: str) -> str:
        """The address block of a zone's subnet; it does not depend on the other zones."""
        eighths = list(ipaddress.IPv4Network(self.cidr).subnets(prefixlen_diff=ZONE_NUMBERS.bit_length() - 1))
        return str(eighths[int(zone[-1]) - 1])

"""Settings of the network: a VPC of our own, isolated or with a way out, or one that exists."""

import ipaddress
from dataclasses import dataclass
from typing import Literal

from infra.config.validation import require, require_between, require_match, require_one_of

NetworkMode = Literal["isolated", "egress", "imported"]
MODES = ("egress", "imported", "isolated")

#: Interface endpoints an isolated network needs, by AWS service name; the S3 gateway endpoint always exists.
INTERFACE_ENDPOINTS = (
    "airflow.api", "airflow.env", "airflow.ops", "athena", "ec2", "ecr.api", "ecr.dkr", "elasticmapreduce",
    "emr-serverless", "glue", "kms", "logs", "monitoring", "sagemaker.api", "sagemaker.featurestore-runtime",
    "sagemaker.runtime", "secretsmanager", "sns", "sqs", "ssm", "sts",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ImportedVpc:
    """A VPC that somebody else owns: one private subnet per zone, with the route tables of those subnets.

    `has_endpoints` says that its owner already keeps the gateway and interface endpoints.
    """

    vpc_id: str
    subnet_ids: tuple[str, ...]
    route_table_ids: tuple[str, ...]
    has_endpoints: bool = False

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


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """The VPC: without a way to the internet in mode `isolated`, behind NAT in `egress`, given in `imported`.

    `cidr` is the VPC's own block in every mode: endpoints admit it.
    """

    cidr: str
    availability_zones: tuple[str, ...]
    mode: NetworkMode = "isolated"
    nat_gateways: int = 0
    interface_endpoints: tuple[str, ...] = INTERFACE_ENDPOINTS
    imported: ImportedVpc | None = None

    def __post_init__(self) -> None:
        require_one_of("network.mode", self.mode, MODES)
        require(_is_block(self.cidr), "network.cidr", self.cidr, _BLOCKS)
        zones = self.availability_zones
        require(len(zones) in {2, 3} and len(set(zones)) == len(zones), "network.availability_zones", zones, "2 or 3")
        self._require_ways_out()
        self._require_imported()
        unknown = sorted(set(self.interface_endpoints) - set(INTERFACE_ENDPOINTS))
        require(not unknown, "network.interface_endpoints", unknown, f"any of {list(INTERFACE_ENDPOINTS)}")

    def _require_ways_out(self) -> None:
        most = len(self.availability_zones)
        low, high = (1, most) if self.mode == "egress" else (0, 0)
        require_between(f"network.nat_gateways in mode {self.mode}", self.nat_gateways, low, high)
        missing = sorted(set(INTERFACE_ENDPOINTS) - set(self.interface_endpoints))
        allowed = "every endpoint in mode isolated: nothing else reaches AWS"
        require(self.mode != "isolated" or not missing, "network.interface_endpoints without", missing, allowed)

    def _require_imported(self) -> None:
        allowed = "an ImportedVpc in mode imported, None otherwise"
        is_given = self.imported is not None
        require(is_given == (self.mode == "imported"), "network.imported", self.imported, allowed)
        if self.imported is not None:
            count, zones = len(self.imported.subnet_ids), len(self.availability_zones)
            require(count == zones, "network.imported.subnet_ids", self.imported.subnet_ids, f"one per zone: {zones}")


_BLOCKS = "a private IPv4 block from /16 to /22, for example 10.20.0.0/16"


def _is_block(text: str) -> bool:
    try:
        block = ipaddress.ip_network(text)
    except ValueError:
        return False
    return isinstance(block, ipaddress.IPv4Network) and block.is_private and 16 <= block.prefixlen <= 22

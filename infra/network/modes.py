"""Build or import the VPC of the configured network mode."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.config.network_config import NetworkMode
from infra.config.platform_config import PlatformConfig
from infra.names import PlatformNames
from infra.network.own_vpc import OwnVpc


@dataclass(frozen=True, kw_only=True)
class Network:
    """The identifiers of a VPC, its subnets in the order of the zones, and their route tables.

    `first_zone_name` is the name that the account gives to the zone of the first subnet, where it is known.
    `service_cidrs` are address blocks through which workloads reach AWS services other than by endpoints of this
    stack; `has_endpoints` is true when the owner of an imported VPC provides the endpoints.
    """

    vpc_id: str
    subnet_ids: Sequence[str]
    route_table_ids: Sequence[str]
    first_zone_name: str | None
    service_cidrs: Sequence[str] = ()
    has_endpoints: bool = False


def network_of(scope: Construct, *, config: PlatformConfig, log_key: Callable[[], kms.IKey]) -> Network:
    """The network of `config`; `log_key` is called only by modes that write flow logs."""
    return _MODES[config.network.mode](scope, config, log_key)


def _isolated(scope: Construct, config: PlatformConfig, log_key: Callable[[], kms.IKey]) -> Network:
    return _own(_own_vpc(scope, config, log_key()))


def _egress(scope: Construct, config: PlatformConfig, log_key: Callable[[], kms.IKey]) -> Network:
    vpc = _own_vpc(scope, config, log_key())
    vpc.add_nat_gateway()
    return _own(vpc, service_cidrs=("0.0.0.0/0",))


def _imported(scope: Construct, config: PlatformConfig, _log_key: Callable[[], kms.IKey]) -> Network:
    # The owner of the VPC is responsible for its flow logs; a second copy would be billed again.
    given = config.network.imported
    if given is None:
        raise TypeError(f"{scope.node.path}: mode imported requires network.imported, received None")
    return Network(
        vpc_id=given.vpc_id,
        subnet_ids=given.subnet_ids,
        route_table_ids=given.route_table_ids,
        first_zone_name=given.first_zone_name,
        service_cidrs=(given.endpoint_cidr or config.network.cidr,) if given.has_endpoints else (),
        has_endpoints=given.has_endpoints,
    )


_MODES: Mapping[NetworkMode, Callable[[Construct, PlatformConfig, Callable[[], kms.IKey]], Network]] = {
    "isolated": _isolated,
    "egress": _egress,
    "imported": _imported,
}


def _own_vpc(scope: Construct, config: PlatformConfig, log_key: kms.IKey) -> OwnVpc:
    names = PlatformNames.of(config)
    vpc = OwnVpc(scope, "Network", names=names, network=config.network)
    vpc.add_flow_logs(names, config.retention, log_key)
    return vpc


def _own(vpc: OwnVpc, service_cidrs: Sequence[str] = ()) -> Network:
    return Network(
        vpc_id=vpc.vpc.ref,
        subnet_ids=[subnet.subnet_id for subnet in vpc.subnets.values()],
        route_table_ids=[subnet.route_table.route_table_id for subnet in vpc.subnets.values()],
        first_zone_name=next(iter(vpc.subnets.values())).subnet_availability_zone,
        service_cidrs=service_cidrs,
    )

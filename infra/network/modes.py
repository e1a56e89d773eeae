"""The network of each mode, in the one form that everything standing in it takes."""

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
    """A VPC by its identifiers: subnets in the order of the zones, and their route tables.

    `service_cidrs` are blocks where AWS services answer besides endpoints of our own; `has_endpoints` says that
    somebody else keeps those.
    """

    vpc_id: str
    subnet_ids: Sequence[str]
    route_table_ids: Sequence[str]
    service_cidrs: Sequence[str] = ()
    has_endpoints: bool = False


def network_of(scope: Construct, *, config: PlatformConfig, log_key: Callable[[], kms.IKey]) -> Network:
    """The network the settings ask for; `log_key` is asked for by modes that write logs."""
    return _MODES[config.network.mode](scope, config, log_key)


def _isolated(scope: Construct, config: PlatformConfig, log_key: Callable[[], kms.IKey]) -> Network:
    return _own(_own_vpc(scope, config, log_key()))


def _egress(scope: Construct, config: PlatformConfig, log_key: Callable[[], kms.IKey]) -> Network:
    vpc = _own_vpc(scope, config, log_key())
    vpc.add_way_out()
    return _own(vpc, service_cidrs=("0.0.0.0/0",))


def _imported(scope: Construct, config: PlatformConfig, _log_key: Callable[[], kms.IKey]) -> Network:
    # Flow logs of a VPC are its owner's, who would otherwise pay for them twice.
    given = config.network.imported
    if given is None:
        raise TypeError(f"{scope.node.path}: mode imported without an ImportedVpc, which the settings refuse")
    return Network(
        vpc_id=given.vpc_id,
        subnet_ids=given.subnet_ids,
        route_table_ids=given.route_table_ids,
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
        subnet_ids=[subnet.subnet_id for subnet in vpc.subnets],
        route_table_ids=[subnet.route_table.route_table_id for subnet in vpc.subnets],
        service_cidrs=service_cidrs,
    )

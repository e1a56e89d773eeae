"""What a network costs a month, from dated prices; docs/network.md holds the table this module writes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from infra.config.endpoints import CONTROLLED_ENDPOINTS, INTERFACE_ENDPOINTS
from infra.config.network_config import ImportedVpc
from infra.config.platform_config import PlatformConfig

#: Hours a month is billed with, on average.
HOURS = 730


@dataclass(frozen=True, kw_only=True)
class NetworkPrices:
    """US dollars in us-east-1: AWS Price List by usage type, recorded 2026-08-12 (hours), 2026-10-06 (endpoint GB).

    Other regions differ: in eu-west-1 an hour and a GB of NAT cost 0.048 (Price List of 2026-09-25).
    """

    endpoint_hour: float = 0.01
    """`VpcEndpoint-Hours`, per endpoint and zone."""
    endpoint_gb: float = 0.01
    """`VpcEndpoint-Bytes`, the first petabyte of a month."""
    nat_hour: float = 0.045
    """`RegionalNatGateway-Hours`, per zone."""
    nat_gb: float = 0.045
    """`RegionalNatGateway-Bytes`; S3 never passes NAT."""
    address_hour: float = 0.005
    """`PublicIPv4:InUseAddress`, one per zone with NAT."""


PRICES = NetworkPrices()


@dataclass(frozen=True, kw_only=True)
class NetworkCost:
    """What stands costs `fixed` a month; each GB to AWS services other than S3 costs `per_gb` on its dearest way."""

    fixed: float
    per_gb: float

    def at(self, gigabytes: float) -> float:
        """The cost of a month with that much traffic."""
        return self.fixed + self.per_gb * gigabytes


def network_cost(config: PlatformConfig, prices: NetworkPrices = PRICES) -> NetworkCost:
    """The monthly cost of an environment's network; what the owner of an imported VPC keeps is not in it."""
    network = config.network
    zones, has_nat = len(network.availability_zones), network.mode == "egress"
    endpoints = len(config.endpoints) * zones * prices.endpoint_hour
    nat = zones * (prices.nat_hour + prices.address_hour) if has_nat else 0.0
    everything = replace(config, network=replace(network, interface_endpoints=INTERFACE_ENDPOINTS))
    passes_nat = has_nat and config.endpoints != everything.endpoints
    per_gb = prices.nat_gb if passes_nat else prices.endpoint_gb if config.endpoints else 0.0
    return NetworkCost(fixed=(endpoints + nat) * HOURS, per_gb=per_gb)


def break_even_gb(dear: NetworkCost, cheap: NetworkCost) -> float | None:
    """From how many GB a month the one that costs more to keep costs less in all; None when there is no such point."""
    kept, saved = dear.fixed - cheap.fixed, cheap.per_gb - dear.per_gb
    return kept / saved if kept > 0 and saved > 0 else None


def variants(config: PlatformConfig) -> dict[str, PlatformConfig]:
    """The environment's network in every mode, by the words of the table."""
    network, zones = config.network, len(config.network.availability_zones)
    given = ImportedVpc(
        vpc_id="vpc-00000000000000000",
        subnet_ids=tuple(f"subnet-0000000000000000{number}" for number in range(zones)),
        route_table_ids=("rtb-00000000000000000",),
    )
    egress = replace(network, mode="egress", imported=None)
    imported = replace(network, mode="imported", imported=given)
    networks = {
        "isolated": replace(network, mode="isolated", imported=None),
        "egress, every endpoint": egress,
        "egress, CONTROLLED_ENDPOINTS": replace(egress, interface_endpoints=CONTROLLED_ENDPOINTS),
        "egress, no endpoints": replace(egress, interface_endpoints=()),
        "imported, endpoints ours": imported,
        "imported, endpoints the owner's": replace(imported, imported=replace(given, has_endpoints=True)),
    }
    return {name: replace(config, network=each) for name, each in networks.items()}


def cost_table(configs: Iterable[PlatformConfig], prices: NetworkPrices = PRICES) -> str:
    """The Markdown table of every mode for each of these environments, told apart by their number of zones."""
    head = "| mode | zones | endpoints | a month | each GB besides S3 | with 1 TB | isolated is cheaper from |"
    lines = [head, "|---|--:|--:|--:|--:|--:|--:|"]
    for config in configs:
        by_mode = variants(config)
        isolated = network_cost(by_mode["isolated"], prices)
        for name, variant in by_mode.items():
            cost = network_cost(variant, prices)
            gigabytes = break_even_gb(isolated, cost)
            cells = (
                name,
                str(len(config.network.availability_zones)),
                str(len(variant.endpoints)),
                f"${cost.fixed:,.0f}",
                f"${cost.per_gb:.3f}",
                f"${cost.at(1000):,.0f}",
                "" if gigabytes is None else f"{gigabytes:,.0f} GB",
            )
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.config.endpoints import INTERFACE_ENDPOINTS
from infra.environments import DEV, PROD
from infra.network.cost import HOURS, NetworkCost, NetworkPrices, break_even_gb, cost_table, network_cost, variants

PRICES = NetworkPrices(endpoint_hour=1, endpoint_gb=2, nat_hour=10, nat_gb=20, address_hour=100)


def test_an_isolated_network_costs_its_endpoints_in_every_zone() -> None:
    assert network_cost(DEV, PRICES) == NetworkCost(fixed=len(DEV.endpoints) * 2 * HOURS, per_gb=2)
    assert network_cost(PROD, PRICES).fixed == len(PROD.endpoints) * 3 * HOURS


@pytest.mark.parametrize(
    ("name", "fixed", "per_gb"),
    [
        ("egress, no endpoints", 2 * 110, 20),
        ("egress, CONTROLLED_ENDPOINTS", 2 * 110 + 2 * 4, 20),
        ("egress, every endpoint", 2 * 110 + 2 * len(DEV.endpoints), 2),
        ("imported, endpoints ours", 2 * len(DEV.endpoints), 2),
        ("imported, endpoints the owner's", 0, 0),
    ],
)
def test_other_modes_cost(name: str, fixed: int, per_gb: int) -> None:
    assert network_cost(variants(DEV)[name], PRICES) == NetworkCost(fixed=fixed * HOURS, per_gb=per_gb)


def test_an_endpoint_that_no_option_needs_costs_nothing() -> None:
    offline = replace(DEV, lake=replace(DEV.lake, online_store=False))
    assert network_cost(offline, PRICES).fixed == network_cost(DEV, PRICES).fixed - 2 * HOURS


prices = st.floats(0.001, 10)


@given(kept=prices, saved=prices, fixed=prices, per_gb=prices)
def test_both_cost_the_same_at_the_break_even(kept: float, saved: float, fixed: float, per_gb: float) -> None:
    dear, cheap = NetworkCost(fixed=fixed + kept, per_gb=per_gb), NetworkCost(fixed=fixed, per_gb=per_gb + saved)
    gigabytes = break_even_gb(dear, cheap)
    assert gigabytes is not None
    assert dear.at(gigabytes) == pytest.approx(cheap.at(gigabytes), rel=1e-6)
    assert dear.at(gigabytes * 2) < cheap.at(gigabytes * 2)
    assert break_even_gb(cheap, dear) is None


def test_the_table_has_a_line_for_every_mode_and_number_of_zones() -> None:
    lines = cost_table([DEV, PROD]).splitlines()
    assert len(lines) == 2 + len(variants(DEV)) + len(variants(PROD))
    assert lines[2] == f"| isolated | 2 | {len(INTERFACE_ENDPOINTS) - 1} | $292 | $0.010 | $302 |  |"
    assert {line.count("|") for line in lines} == {8}

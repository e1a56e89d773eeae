from dataclasses import replace

import pytest

from infra.config.network_config import INTERFACE_ENDPOINTS, ImportedVpc
from infra.config.validation import ConfigError
from infra.environments import DEV

SUBNETS = ("subnet-0123456789abcdef0", "subnet-0123456789abcdef1")
IMPORTED = ImportedVpc(vpc_id="vpc-0123456789abcdef0", subnet_ids=SUBNETS, route_table_ids=("rtb-0123456789abcdef0",))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mode": "open"}, "network.mode: received 'open'; allowed is one of"),
        ({"nat_gateways": 1}, "network.nat_gateways in mode isolated: received 1; allowed is 0 to 0"),
        ({"mode": "egress"}, "network.nat_gateways in mode egress: received 0; allowed is 1 to 2"),
        ({"mode": "egress", "nat_gateways": 3}, "network.nat_gateways in mode egress: received 3"),
        ({"mode": "imported"}, "network.imported: received None; allowed is an ImportedVpc in mode imported"),
        ({"imported": IMPORTED}, "network.imported: received ImportedVpc"),
        ({"interface_endpoints": INTERFACE_ENDPOINTS[1:]}, "every endpoint in mode isolated"),
    ],
)
def test_modes_that_contradict_themselves_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        replace(DEV.network, **change)  # type: ignore[arg-type]


def test_an_imported_vpc_has_one_subnet_per_zone() -> None:
    assert replace(DEV.network, mode="imported", imported=IMPORTED).imported == IMPORTED
    with pytest.raises(ConfigError, match=r"network.imported.subnet_ids: .*; allowed is one per zone"):
        replace(DEV.network, mode="imported", imported=replace(IMPORTED, subnet_ids=SUBNETS[:1]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"vpc_id": "vpc-1"}, "network.imported.vpc_id: received 'vpc-1'; allowed is a value like vpc-"),
        ({"subnet_ids": ("sn",)}, "network.imported.subnet_ids: received 'sn'"),
        ({"subnet_ids": (SUBNETS[0], SUBNETS[0])}, "network.imported.subnet_ids: .*; allowed is different subnets"),
        ({"route_table_ids": ()}, "network.imported.route_table_ids: .*; allowed is the subnets' route tables"),
    ],
)
def test_what_is_imported_is_named_as_aws_names_it(change: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        replace(IMPORTED, **change)  # type: ignore[arg-type]

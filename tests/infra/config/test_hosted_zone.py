from dataclasses import replace

import pytest

from infra.config.hosted_zone import ExistingZone
from infra.config.network_config import ImportedVpc
from infra.config.validation import ConfigError
from infra.environments import DEV

ZONE = ExistingZone(zone_id="Z0123456789ABCDEFGHIJ", name="mlops.internal")
IMPORTED = ImportedVpc(
    vpc_id="vpc-0123456789abcdef0",
    subnet_ids=("subnet-0123456789abcdef0", "subnet-0123456789abcdef1"),
    route_table_ids=("rtb-0123456789abcdef0",),
)


@pytest.mark.parametrize(
    ("zone_id", "name", "message"),
    [
        ("/hostedzone/Z01", "mlops.internal", "tracking.zone.zone_id: received '/hostedzone/Z01'; allowed is a value"),
        ("Z01", "*.internal", r"tracking.zone.name: received '\*.internal'; allowed is one host name"),
        ("Z01", "mlops.internal.", "tracking.zone.name: received 'mlops.internal.'; .*final dot"),
        ("Z01", "mlops.local", "tracking.zone.name: .*resolvers do not look up .local"),
    ],
)
def test_a_zone_that_cannot_exist_is_refused(zone_id: str, name: str, message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{message}"):
        ExistingZone(zone_id=zone_id, name=name)


@pytest.mark.parametrize("host", ["mlflow.airline.aero", "mlops.internal", "mlflowmlops.internal"])
def test_a_host_that_is_not_below_its_zone_is_refused(host: str) -> None:
    with pytest.raises(
        ConfigError, match=rf"^tracking.host: received '{host}'; allowed is a name below mlops.internal"
    ):
        replace(DEV.tracking, host=host, zone=ZONE)


def test_an_existing_zone_needs_a_vpc_that_its_owner_can_associate() -> None:
    tracking = replace(DEV.tracking, zone=ZONE)
    with pytest.raises(ConfigError, match=r"^tracking.zone: .*allowed is None unless network.mode is imported"):
        replace(DEV, tracking=tracking)
    network = replace(DEV.network, mode="imported", imported=IMPORTED)
    assert replace(DEV, tracking=tracking, network=network).tracking.zone == ZONE

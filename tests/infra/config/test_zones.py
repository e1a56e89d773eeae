import pytest
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

from infra.config.regions import REGIONS
from infra.config.validation import ConfigError
from infra.config.zones import UNSUITABLE, ZONE_IDS, default_zones


def test_every_supported_region_has_two_suitable_zones_with_different_numbers() -> None:
    assert set(ZONE_IDS) == set(REGIONS)
    for region, zones in ZONE_IDS.items():
        assert len({zone[-1] for zone in zones}) == len(zones)
        assert not UNSUITABLE.keys() & set(default_zones(region, 3))
        assert len(default_zones(region, 3)) == (2 if region == "us-west-1" else 3)


def test_the_ids_agree_with_a_recording_of_the_api() -> None:
    recorded = {
        region: {zone.zone_id for zone in zones if zone.zone_type == "availability-zone"}
        for region, zones in RegionsAndZonesBackend.zones.items()
    }
    assert len(recorded.keys() & ZONE_IDS.keys()) > 15
    for region in recorded.keys() & ZONE_IDS.keys():
        assert recorded[region] <= set(ZONE_IDS[region])


def test_accounts_of_tokyo_get_the_zones_that_new_accounts_have() -> None:
    assert default_zones("ap-northeast-1", 3) == ("apne1-az1", "apne1-az2", "apne1-az4")


def test_another_region_has_no_default_zones() -> None:
    with pytest.raises(ConfigError, match=r"region: received 'mars-1'; allowed is one of"):
        default_zones("mars-1", 2)

import boto3

from infra.config.regions import INCOMPLETE_REGIONS, NEEDED_SERVICES, REGIONS


def test_regions_are_those_that_have_every_service() -> None:
    session = boto3.Session()
    available = [set(session.get_available_regions(service)) for service in NEEDED_SERVICES]
    assert all(available)
    assert set(REGIONS) == set.intersection(*available)


def test_other_regions_are_known_with_what_they_lack() -> None:
    session = boto3.Session()
    others = set(session.get_available_regions("ec2")) - set(REGIONS)
    assert others == INCOMPLETE_REGIONS.keys()
    assert all(region not in session.get_available_regions(service) for region, service in INCOMPLETE_REGIONS.items())

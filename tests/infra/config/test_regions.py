import boto3

from infra.config.regions import NEEDED_SERVICES, REGIONS


def test_regions_are_those_that_have_every_service() -> None:
    session = boto3.Session()
    available = [set(session.get_available_regions(service)) for service in NEEDED_SERVICES]
    assert all(available)
    assert set(REGIONS) == set.intersection(*available)

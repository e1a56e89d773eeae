from infra.environments import DEV
from infra.names import PlatformNames
from infra.observability.saved_queries import saved_queries

QUERIES = saved_queries(PlatformNames.of(DEV))


def test_queries_name_groups_of_this_environment_only() -> None:
    assert all("mlops-dev" in group for query in QUERIES for group in query.groups)


def test_nothing_waits_for_airflow() -> None:
    """A query may be attached to the groups of stacks that are waited for; Airflow's are named and chosen by hand."""
    attached = {group for query in QUERIES if query.groups_exist for group in query.groups}
    assert attached == {"/mlops-dev/tracking", "/aws/rds/instance/mlops-dev-tracking/postgresql"}


def test_every_query_ends_somewhere() -> None:
    assert all("| limit " in query.text for query in QUERIES)
    assert len({query.name for query in QUERIES}) == len(QUERIES)

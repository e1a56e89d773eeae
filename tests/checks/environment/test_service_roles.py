import pytest

from checks.assembly import Assembly
from checks.environment import service_roles as checked
from checks.environment.service_roles import service_role_findings
from common.resource_types import ResourceType, resource_types
from common.service_roles import request_services, service_roles
from infra.environments import DEV
from jobs.contracts.engines import Engine


def findings(type_name: str) -> list[str]:
    template = {"Resources": {"Any": {"Type": type_name}}}
    return [each.what for each in service_role_findings(Assembly(config=DEV, templates={"any": template}, images={}))]


def test_every_type_states_its_service_linked_roles() -> None:
    assert [name for name, row in resource_types().items() if row.service_linked_roles is None] == []
    assert findings("AWS::ECS::Cluster") == []
    (what,) = findings("AWS::AutoScaling::AutoScalingGroup")
    assert what.startswith("state `service_linked_roles` of AWS::AutoScaling::AutoScalingGroup")


def test_a_service_without_a_described_role_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checked, "resource_types", lambda: {"A::B::C": ResourceType(service_linked_roles=("x.aws",))})
    assert findings("A::B::C") == ["describe the role of x.aws in checks/service_roles.toml"]


def test_every_described_role_is_needed_and_every_request_is_described() -> None:
    of_types = {service for row in resource_types().values() for service in row.service_linked_roles or ()}
    of_requests = {service for services in request_services().values() for service in services}
    assert service_roles().keys() == of_types | of_requests
    assert {str(engine) for engine in Engine} <= request_services().keys()


def test_emr_needs_the_roles_that_its_callers_may_not_create() -> None:
    assert set(request_services()["emr"]) == {"elasticmapreduce.amazonaws.com", "spot.amazonaws.com"}
    assert all(row.needed_for and row.created_by for row in service_roles().values())

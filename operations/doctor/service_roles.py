"""Service-linked roles that the account lacks."""

from collections.abc import Iterator

from common.resource_types import resource_types
from common.service_roles import service_roles, services_of_requests
from operations.doctor.obstacle import FIRST_RUN, Obstacle
from operations.doctor.subject import Subject


def service_role_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield an obstacle for each stage at which the first use of a service needs a role that does not exist."""
    pages = subject.pages("iam", "list_roles", "Roles", PathPrefix="/aws-service-role/")
    existing = {role["Path"].split("/")[2] for role in pages}
    announced: set[str] = set(existing)
    for stage, services in _needed(subject):
        missing = sorted(set(services) - announced)
        announced |= set(missing)
        if missing:
            roles = ", ".join(service_roles()[service].role for service in missing)
            yield Obstacle(
                stage=stage,
                what=f"the account has no {roles}",
                why="AWS creates such a role at the first use of its service, which fails where the caller may not "
                'create roles, and while the new role is not visible ("Unable to assume the service linked role")',
                remedy=[f"aws iam create-service-linked-role --aws-service-name {service}" for service in missing],
            )


def _needed(subject: Subject) -> Iterator[tuple[str, list[str]]]:
    """Yield each stack with the services of its resources, and the first run with those of the jobs' requests."""
    rows = resource_types()
    for purpose, template in subject.assembly.templates.items():
        types = {resource["Type"] for resource in template["Resources"].values()} & rows.keys()
        yield purpose, [service for name in types for service in rows[name].service_linked_roles or ()]
    yield FIRST_RUN, services_of_requests(set(subject.config.engines.used))

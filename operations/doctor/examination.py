"""Every check of doctor, and the obstacles that they find."""

from collections.abc import Callable, Iterable, Iterator

from botocore.exceptions import BotoCoreError, ClientError

from operations.doctor.airflow_version import airflow_version_obstacles
from operations.doctor.bootstrap import bootstrap_obstacles
from operations.doctor.certificate import certificate_obstacles
from operations.doctor.failed_stacks import failed_stack_obstacles
from operations.doctor.given_endpoints import given_endpoint_obstacles
from operations.doctor.hosted_zone import hosted_zone_obstacles
from operations.doctor.identity import identity_obstacles
from operations.doctor.imported_vpc import imported_vpc_obstacles
from operations.doctor.leftovers import deleted_secret_obstacles, leftover_obstacles
from operations.doctor.machine import machine_obstacles
from operations.doctor.notifications import notification_obstacles
from operations.doctor.objects import object_obstacles
from operations.doctor.obstacle import ACCOUNT, Obstacle, in_order
from operations.doctor.offerings import offering_obstacles
from operations.doctor.permissions import boundary_obstacles, database_obstacles
from operations.doctor.quotas import quota_obstacles
from operations.doctor.service_roles import service_role_obstacles
from operations.doctor.single_resources import cost_explorer_obstacles, single_resource_obstacles
from operations.doctor.subject import Subject
from operations.doctor.zones import zone_obstacles

#: The checks of the account; each only reads.
CHECKS: tuple[Callable[[Subject], Iterable[Obstacle]], ...] = (
    bootstrap_obstacles,
    boundary_obstacles,
    failed_stack_obstacles,
    leftover_obstacles,
    deleted_secret_obstacles,
    zone_obstacles,
    imported_vpc_obstacles,
    given_endpoint_obstacles,
    service_role_obstacles,
    database_obstacles,
    object_obstacles,
    certificate_obstacles,
    hosted_zone_obstacles,
    single_resource_obstacles,
    cost_explorer_obstacles,
    offering_obstacles,
    quota_obstacles,
    airflow_version_obstacles,
    notification_obstacles,
)


def examine(subject: Subject) -> list[Obstacle]:
    """Return every obstacle in the order in which a deployment meets them; empty for a prepared account."""
    found = [*machine_obstacles(subject), *identity_obstacles(subject)]
    if not any(obstacle.stage == ACCOUNT for obstacle in found):
        found += [obstacle for check in CHECKS for obstacle in _checked(check, subject)]
    return in_order(found)


def _checked(check: Callable[[Subject], Iterable[Obstacle]], subject: Subject) -> Iterator[Obstacle]:
    """Yield the obstacles of a check; a call that the account refuses is an obstacle too, and hides no other."""
    try:
        yield from check(subject)
    except ClientError as error:
        code, operation = error.response["Error"]["Code"], error.operation_name
        yield Obstacle(
            stage=ACCOUNT,
            what=f"{_name(check)} cannot be examined: {operation} ends with {code}",
            why="what it would have found stops the deployment later",
            remedy=[f"allow {operation} to the role of these credentials; ReadOnlyAccess allows all calls of doctor"],
        )
    except BotoCoreError as error:
        yield Obstacle(
            stage=ACCOUNT,
            what=f"{_name(check)} cannot be examined: {error}",
            why="what it would have found stops the deployment later",
            remedy=["check the network and the region, then run doctor again"],
        )


def _name(check: Callable[[Subject], Iterable[Obstacle]]) -> str:
    return check.__name__.removesuffix("_obstacles").replace("_", " ")

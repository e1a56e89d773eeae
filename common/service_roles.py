"""Service-linked roles of the services that the platform uses, read from `checks/service_roles.toml`."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from common.paths import REPOSITORY

_FILE = REPOSITORY / "checks" / "service_roles.toml"


@dataclass(frozen=True, kw_only=True)
class ServiceRole:
    """A service-linked role: its name, what needs it, and who creates it in an account that lacks it."""

    role: str
    needed_for: str
    created_by: str


@cache
def service_roles() -> Mapping[str, ServiceRole]:
    """Return the roles by the service that assumes them, which `create-service-linked-role` takes."""
    return {service: ServiceRole(**row) for service, row in _content()["roles"].items()}


@cache
def request_services() -> Mapping[str, tuple[str, ...]]:
    """Return the services whose role a request of a job needs, by the engine or kind of request."""
    return {request: tuple(row["services"]) for request, row in _content()["requests"].items()}


def services_of_requests(engines: Collection[str]) -> list[str]:
    """Return the services of the requests of those engines and of the requests that every environment makes."""
    always = [request for request in request_services() if request.startswith("sagemaker:")]
    return [service for request in (*engines, *always) for service in request_services()[request]]


def _content() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text())

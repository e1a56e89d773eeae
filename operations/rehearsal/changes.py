"""The update that is rehearsed: settings that change, and where the services' own APIs must show it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import boto3

from infra.environments import DEV

#: Dev with other settings; both keys to its data are turned, so that destroying it leaves nothing behind.
CHANGED = replace(
    DEV,
    retention=replace(DEV.retention, log_days=60, deletion_confirmed=True),
    tracking=replace(DEV.tracking, cpu=1024),
    budget=replace(DEV.budget, email="operators@example.com"),
)


@dataclass(frozen=True)
class Change:
    """A property that the update changes: what its service tells before and after."""

    what: str
    read: Callable[[boto3.Session, str], object]
    before: object
    after: object


def _log_days(session: boto3.Session, endpoint: str) -> set[int]:
    pages = session.client("logs", endpoint_url=endpoint).get_paginator("describe_log_groups").paginate()
    return {group["retentionInDays"] for page in pages for group in page["logGroups"]}


def _server_cpu(session: boto3.Session, endpoint: str) -> str:
    """The CPU units of the task definition that the running service names."""
    ecs, name = session.client("ecs", endpoint_url=endpoint), "mlops-dev-tracking"
    (service,) = ecs.describe_services(cluster=name, services=[name])["services"]
    return str(ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]["cpu"])


def _told(session: boto3.Session, endpoint: str) -> list[str]:
    """The addresses that alarms reach; another address replaces the subscription."""
    subscriptions = session.client("sns", endpoint_url=endpoint).list_subscriptions()["Subscriptions"]
    return [subscription["Endpoint"] for subscription in subscriptions]


CHANGES = (
    Change("retention of every log group, days", _log_days, {DEV.retention.log_days}, {CHANGED.retention.log_days}),
    Change(
        "CPU units of the running MLflow task definition", _server_cpu, str(DEV.tracking.cpu), str(CHANGED.tracking.cpu)
    ),
    Change("address of alarms", _told, [DEV.budget.email], [CHANGED.budget.email]),
)


def expect_changes(
    session: boto3.Session, endpoint: str, changes: Iterable[Change] = CHANGES, *, is_updated: bool
) -> list[str]:
    """What the services tell that differs from what they should before, or after, the update."""
    wrong = []
    for change in changes:
        wanted, found = change.after if is_updated else change.before, change.read(session, endpoint)
        if found != wanted:
            wrong.append(f"{change.what}: {found!r}, not {wanted!r}")
    return wrong

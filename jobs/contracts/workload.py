"""The types that describe a kind of job: its API, its states and the event that reports its failure."""

import re
from dataclasses import dataclass
from typing import Any

from jobs.contracts.access import JobKind
from jobs.contracts.engines import Engine


@dataclass(frozen=True, kw_only=True)
class States:
    """The states of a job in the service's spelling; states in which it is only being stopped are left out.

    The first active state is that of a job that has not started, the last that of one that runs.
    """

    active: tuple[str, ...]
    succeeded: tuple[str, ...]
    failed: tuple[str, ...]
    stopped: tuple[str, ...]

    @property
    def terminal(self) -> frozenset[str]:
        """The states that a job never leaves."""
        return frozenset((*self.succeeded, *self.failed, *self.stopped))


@dataclass(frozen=True, kw_only=True)
class FailureEvent:
    """The EventBridge event that reports a failed job; keys are those of the event's `detail`.

    `heading` is the runbook's. `prefix_key` names the value that starts with the environment's name prefix,
    `starter_key` the one that holds the ARN of the session that started the job; either limits a rule to one
    environment. Without both, the rule matches every job of the account.
    """

    heading: str
    summary: str
    source: str
    detail_type: str
    name_key: str
    reason_key: str
    status_key: str
    statuses: tuple[str, ...]
    prefix_key: str = ""
    starter_key: str = ""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """One kind of job that an AWS service runs, with everything that other modules need to know about its API.

    `create`, `describe`, `stop` and `list` are API operations. `name_key` is the request parameter that identifies a
    job. `result_key` is the member of a describe response that holds the job (empty: the response itself), `list_key`
    the member of a list response. `status_key` and `reason_key` are paths below them, separated by dots.
    """

    noun: str
    """The job in messages, for example `training job`."""
    service: str
    """The service's name in boto3."""
    iam_service: str = ""
    """The service's prefix of IAM actions where it differs from `service`."""
    create: str
    describe: str
    stop: str
    list: str
    tag: str = ""
    """The IAM action for creating a job with tags."""
    name_key: str
    result_key: str = ""
    list_key: str
    status_key: str
    reason_key: str
    states: States
    resource: str
    """The resource part of the ARN, with `{name}` and, below another resource, `{parent}`."""
    engine: Engine | None = None
    """The engine of Spark jobs that runs this kind; None where it runs no Spark."""
    roles: tuple[JobKind, ...] = ()
    """The roles that jobs of this kind run under; empty where the Spark module decides."""
    starter_actions: tuple[str, ...] = ()
    """IAM actions beside create, describe, stop and tag that starting and watching a job needs."""
    name_limit: int = 63
    """The longest name that the service, with what it appends, accepts."""
    log_group: str = ""
    """The log group of the containers and the namespace of their instance metrics; empty where no job writes there."""
    failure: FailureEvent

    def action(self, operation: str) -> str:
        """The IAM action of an operation."""
        return f"{self.iam_service or self.service}:{operation}"

    @property
    def actions(self) -> tuple[str, ...]:
        """The IAM actions with which a job is created, described and stopped."""
        operations = (self.tag, self.create, self.describe, self.stop)
        return tuple(self.action(operation) for operation in operations if operation)

    def arn(self, region: str, account: str, name: str, *, parent: str = "*") -> str:
        """The ARN of a job, or of all jobs that a pattern names."""
        resource = self.resource.format(name=name, parent=parent)
        return f"arn:aws:{self.iam_service or self.service}:{region}:{account}:{resource}"

    def job(self, response: dict[str, Any]) -> dict[str, Any]:
        """The job inside a describe response."""
        job: dict[str, Any] = response[self.result_key] if self.result_key else response
        return job

    def status(self, job: dict[str, Any]) -> str:
        """The state of a described or listed job, `absent` where it has none."""
        return value_at(job, self.status_key) or "absent"

    def reason(self, job: dict[str, Any]) -> str:
        """Why a described job failed, empty where the service gives no reason."""
        return value_at(job, self.reason_key)


def method_name(operation: str) -> str:
    """The boto3 client method of an API operation: `create_training_job` for `CreateTrainingJob`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", operation).lower()


def value_at(document: dict[str, Any], path: str) -> str:
    """The text at a path of keys separated by dots, empty where a key is missing."""
    value: Any = document
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return str(value or "")

"""Events by which AWS reports failed jobs, whether or not an Airflow task still waits for them."""

from collections.abc import Sequence
from typing import Any

from infra.names import PlatformNames, RolePurpose
from infra.observability.failure_event import FailureEvent, begins
from jobs.contracts.workload import Workload
from jobs.contracts.workloads import WORKLOADS

_ENDPOINT_STATUSES = ("Failed", "RollingBack", "Rolling_Back", "UpdateRollbackFailed")


def job_failures(names: PlatformNames) -> Sequence[FailureEvent]:
    """Failures of every kind of job and of endpoints."""
    return (*(_job_failure(workload, names) for workload in WORKLOADS), _endpoint_failure(names))


def _job_failure(workload: Workload, names: PlatformNames) -> FailureEvent:
    event = workload.failure
    detail: dict[str, Any] = {event.status_key: list(event.statuses)}
    if event.prefix_key:
        detail[event.prefix_key] = begins(names.prefix)
    if event.starter_key:
        detail[event.starter_key] = begins(
            f"arn:aws:sts::{names.account}:assumed-role/{names.role(RolePurpose.AIRFLOW)}/"
        )
    return FailureEvent(
        heading=event.heading,
        what=event.summary,
        source=event.source,
        detail_type=event.detail_type,
        name=f"$.detail.{event.name_key}",
        reason=f"$.detail.{event.reason_key}",
        detail=detail,
    )


def _endpoint_failure(names: PlatformNames) -> FailureEvent:
    # The developer guide shows an endpoint's status as IN_SERVICE, the API as InService.
    statuses = [{"equals-ignore-case": status} for status in _ENDPOINT_STATUSES]
    return FailureEvent(
        heading="endpoint-failed",
        what="A SageMaker endpoint failed",
        source="aws.sagemaker",
        detail_type="SageMaker Endpoint State Change",
        name="$.detail.EndpointName",
        reason="$.detail.EndpointStatus",
        detail={"EndpointName": begins(names.prefix), "EndpointStatus": statuses},
    )

"""Events as the services' documentation shows them, against the patterns of the rules."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from moto.events.models import EventPattern

from infra.environments import DEV
from infra.jobs.job_failures import job_failures
from infra.names import PlatformNames
from infra.observability.failure_event import FailureEvent
from infra.observability.service_failures import service_failures

NAMES = PlatformNames.of(DEV)
FAILURES = {failure.heading: failure for failure in (*job_failures(NAMES), *service_failures(NAMES))}
HERE = "us-east-1:111111111111"
AIRFLOW = "arn:aws:sts::111111111111:assumed-role/mlops-dev-airflow-us-east-1/task"

#: Per rule: what is ours and failed, and the same event of another environment or without a failure.
CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("spark-step-failed", {"state": "FAILED", "name": "features"}, {"state": "COMPLETED"}),
    ("spark-cluster-failed", {"state": "TERMINATED_WITH_ERRORS", "name": "mlops-dev-spark"}, {"name": "other"}),
    ("serverless-job-failed", {"state": "FAILED", "createdBy": AIRFLOW},
     {"createdBy": AIRFLOW.replace("-dev-", "-prod-")}),
    ("glue-job-failed", {"state": "TIMEOUT", "jobName": "mlops-dev-spark"}, {"jobName": "mlops-prod-spark"}),
    ("training-failed", {"TrainingJobName": "mlops-dev-x", "SecondaryStatus": "MaxRuntimeExceeded"},
     {"SecondaryStatus": "Completed"}),
    ("tuning-failed", {"HyperParameterTuningJobName": "mlops-dev-x", "HyperParameterTuningJobStatus": "Failed"},
     {"HyperParameterTuningJobName": "theirs"}),
    ("transform-failed", {"TransformJobName": "mlops-dev-x", "TransformJobStatus": "Failed"},
     {"TransformJobStatus": "Stopped"}),
    ("processing-failed", {"ProcessingJobName": "mlops-dev-x", "ProcessingJobStatus": "Failed"},
     {"ProcessingJobName": "mlops-prod-x"}),
    ("endpoint-failed", {"EndpointName": "mlops-dev-x", "EndpointStatus": "FAILED"}, {"EndpointStatus": "IN_SERVICE"}),
    ("endpoint-failed", {"EndpointName": "mlops-dev-x", "EndpointStatus": "RollingBack"}, {"EndpointName": "theirs"}),
    ("tracking-deployment-failed", {"eventName": "SERVICE_DEPLOYMENT_FAILED"},
     {"eventName": "SERVICE_DEPLOYMENT_COMPLETED"}),
    ("tracking-task-stopped",
     {"clusterArn": f"arn:aws:ecs:{HERE}:cluster/mlops-dev-tracking", "lastStatus": "STOPPED",
      "stopCode": "TaskFailedToStart"},
     {"stopCode": "ServiceSchedulerInitiated"}),
    ("database-event", {"EventCategories": ["failover"]}, {"EventCategories": ["backup"]}),
    ("backup-failed", {"state": "FAILED", "backupVaultName": "mlops-dev-tracking"}, {"state": "COMPLETED"}),
    ("stack-failed",
     {"stack-id": f"arn:aws:cloudformation:{HERE}:stack/mlops-dev-data/1",
      "status-details": {"status": "UPDATE_ROLLBACK_FAILED"}},
     {"status-details": {"status": "UPDATE_COMPLETE"}}),
    ("stack-drifted",
     {"stack-id": f"arn:aws:cloudformation:{HERE}:stack/mlops-dev-data/1",
      "status-details": {"stack-drift-status": "DRIFTED"}},
     {"stack-id": f"arn:aws:cloudformation:{HERE}:stack/mlops-prod-data/1"}),
]  # fmt: skip


def matches(failure: FailureEvent, detail: Mapping[str, Any]) -> bool:
    pattern = {"source": [failure.source], "detail-type": [failure.detail_type], "detail": failure.detail}
    event = {"source": failure.source, "detail-type": failure.detail_type, "detail": detail}
    if failure.resources:
        pattern["resources"] = list(failure.resources)
    event["resources"] = list(failure.resources)
    return EventPattern.load(json.dumps(pattern)).matches_event(event)  # type: ignore[arg-type]


@pytest.mark.parametrize(("heading", "failed", "change"), CASES)
def test_a_rule_sees_failures_of_this_environment_alone(
    heading: str, failed: dict[str, Any], change: dict[str, Any]
) -> None:
    assert matches(FAILURES[heading], failed)
    assert not matches(FAILURES[heading], {**failed, **change})


def test_every_rule_has_a_case() -> None:
    assert {heading for heading, _, _ in CASES} == set(FAILURES)


def test_events_of_named_resources_are_held_to_them() -> None:
    assert FAILURES["database-event"].resources == [f"arn:aws:rds:{HERE}:db:mlops-dev-tracking"]
    service = f"arn:aws:ecs:{HERE}:service/mlops-dev-tracking/mlops-dev-tracking"
    assert FAILURES["tracking-deployment-failed"].resources == [service]


def test_a_task_that_ended_well_is_no_crash() -> None:
    _, crashed = FAILURES["tracking-task-stopped"].detail["$or"]
    assert crashed == {"stopCode": ["EssentialContainerExited"], "containers": {"exitCode": [{"anything-but": 0}]}}

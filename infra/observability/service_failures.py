"""Failure events of MLflow, its database, backups and CloudFormation stacks."""

from collections.abc import Sequence

from infra.names import PlatformNames
from infra.observability.failure_event import FailureEvent, begins

_STACK_FAILED = (
    "CREATE_FAILED", "DELETE_FAILED", "IMPORT_ROLLBACK_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED",
    "UPDATE_FAILED", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED",
)  # fmt: skip


def service_failures(names: PlatformNames) -> Sequence[FailureEvent]:
    """Failures of services, of backups and of deployments."""
    return (*_tracking_events(names), *_backup_events(names), *_stack_events(names))


def _tracking_events(names: PlatformNames) -> Sequence[FailureEvent]:
    # Shapes: ECS developer guide, "Amazon ECS events"; RDS user guide, "Example of a DB instance event"; 2026-11-24.
    name = names.resource("tracking")
    crashed = {"stopCode": ["EssentialContainerExited"], "containers": {"exitCode": [{"anything-but": 0}]}}
    return (
        FailureEvent(
            heading="tracking-deployment-failed",
            what="A new version of MLflow did not start and was rolled back",
            source="aws.ecs",
            detail_type="ECS Deployment State Change",
            name="$.resources[0]",
            reason="$.detail.reason",
            detail={"eventName": ["SERVICE_DEPLOYMENT_FAILED"]},
            resources=[names.arn("ecs", f"service/{name}/{name}")],
        ),
        FailureEvent(
            heading="tracking-task-stopped",
            what="A task of MLflow crashed or could not start",
            source="aws.ecs",
            detail_type="ECS Task State Change",
            name="$.detail.group",
            reason="$.detail.stoppedReason",
            detail={
                "clusterArn": [names.arn("ecs", f"cluster/{name}")],
                "lastStatus": ["STOPPED"],
                "$or": [{"stopCode": ["TaskFailedToStart"]}, crashed],
            },
        ),
        FailureEvent(
            heading="database-event",
            what="MLflow's database failed over, failed, recovers or runs out of storage",
            source="aws.rds",
            detail_type="RDS DB Instance Event",
            name="$.detail.SourceIdentifier",
            reason="$.detail.Message",
            detail={"EventCategories": ["failover", "failure", "low storage", "recovery", "restoration"]},
            resources=[names.arn("rds", f"db:{name}")],
        ),
    )


def _backup_events(names: PlatformNames) -> Sequence[FailureEvent]:
    # Shape: AWS Backup developer guide, "Monitoring AWS Backup events using EventBridge", read 2026-11-24.
    return (
        FailureEvent(
            heading="backup-failed",
            what="A backup failed: the newest restore point is the one before",
            source="aws.backup",
            detail_type="Backup Job State Change",
            name="$.detail.resourceArn",
            reason="$.detail.statusMessage",
            detail={"state": ["FAILED", "ABORTED", "EXPIRED"], "backupVaultName": begins(names.prefix)},
        ),
    )


def _stack_events(names: PlatformNames) -> Sequence[FailureEvent]:
    # Shapes: CloudFormation user guide, "Managing events with CloudFormation and EventBridge", read 2026-11-24.
    stacks = begins(names.arn("cloudformation", f"stack/{names.prefix}-"))
    return (
        FailureEvent(
            heading="stack-failed",
            what="A deployment failed",
            source="aws.cloudformation",
            detail_type="CloudFormation Stack Status Change",
            name="$.detail.stack-id",
            reason="$.detail.status-details.status",
            detail={"stack-id": stacks, "status-details": {"status": list(_STACK_FAILED)}},
        ),
        FailureEvent(
            heading="stack-drifted",
            what="Somebody changed resources of a stack by hand",
            source="aws.cloudformation",
            detail_type="CloudFormation Drift Detection Status Change",
            name="$.detail.stack-id",
            reason="$.detail.status-details.stack-drift-status",
            detail={"stack-id": stacks, "status-details": {"stack-drift-status": ["DRIFTED"]}},
        ),
    )

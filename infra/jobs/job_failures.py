"""Failed jobs, which AWS reports by itself whether or not a task still watches them."""

from collections.abc import Sequence

from infra.names import PlatformNames, RolePurpose
from infra.observability.failure_event import FailureEvent, begins


def job_failures(names: PlatformNames) -> Sequence[FailureEvent]:
    """Failures of Spark on every engine, and of SageMaker's jobs and endpoints."""
    return (*_spark_events(names), *_sagemaker_events(names))


def _spark_events(names: PlatformNames) -> Sequence[FailureEvent]:
    # Shapes: EMR management guide, "Monitor CloudWatch events"; EMR Serverless user guide, "Automating EMR Serverless
    # with Amazon EventBridge"; Glue user guide, "Automating AWS Glue with EventBridge"; read 2026-11-24.
    starter = f"arn:aws:sts::{names.account}:assumed-role/{names.role(RolePurpose.AIRFLOW)}/"
    return (
        FailureEvent(
            heading="spark-step-failed",
            what="A Spark step failed",
            source="aws.emr",
            detail_type="EMR Step Status Change",
            name="$.detail.name",
            reason="$.detail.message",
            # A step's event names no cluster and carries no tag; one account holds one environment.
            detail={"state": ["FAILED"]},
        ),
        FailureEvent(
            heading="spark-cluster-failed",
            what="A Spark cluster ended with errors",
            source="aws.emr",
            detail_type="EMR Cluster State Change",
            name="$.detail.clusterId",
            reason="$.detail.stateChangeReason",
            detail={"state": ["TERMINATED_WITH_ERRORS"], "name": begins(names.prefix)},
        ),
        FailureEvent(
            heading="serverless-job-failed",
            what="An EMR Serverless job failed",
            source="aws.emr-serverless",
            detail_type="EMR Serverless Job Run State Change",
            name="$.detail.jobRunId",
            reason="$.detail.state",
            # The event names neither application nor environment, but who started the job.
            detail={"state": ["FAILED"], "createdBy": begins(starter)},
        ),
        FailureEvent(
            heading="glue-job-failed",
            what="A Glue job failed",
            source="aws.glue",
            detail_type="Glue Job State Change",
            name="$.detail.jobName",
            reason="$.detail.message",
            detail={"state": ["FAILED", "TIMEOUT", "ERROR"], "jobName": begins(names.prefix)},
        ),
    )


def _sagemaker_events(names: PlatformNames) -> Sequence[FailureEvent]:
    # Shapes: SageMaker developer guide, "Events that Amazon SageMaker AI sends to Amazon EventBridge", read 2026-11-24.
    failed, spelled = ["Failed"], ("Failed", "RollingBack", "Rolling_Back", "UpdateRollbackFailed")
    kinds = (
        # A job that ran into its limit ends as `Stopped`: the second status tells (users took it for success).
        ("training", "Training Job", "TrainingJobName", "SecondaryStatus", ["Failed", "MaxRuntimeExceeded"]),
        ("tuning", "HyperParameter Tuning Job", "HyperParameterTuningJobName", "HyperParameterTuningJobStatus", failed),
        ("transform", "Transform Job", "TransformJobName", "TransformJobStatus", failed),
        ("processing", "Processing Job", "ProcessingJobName", "ProcessingJobStatus", failed),
        ("endpoint", "Endpoint", "EndpointName", "EndpointStatus", [_any_case(status) for status in spelled]),
    )
    return tuple(
        FailureEvent(
            heading=f"{heading}-failed",
            what=f"A SageMaker {kind.lower()} failed",
            source="aws.sagemaker",
            detail_type=f"SageMaker {kind} State Change",
            name=f"$.detail.{name}",
            reason=f"$.detail.{'EndpointStatus' if kind == 'Endpoint' else 'FailureReason'}",
            detail={name: begins(names.prefix), status: values},
        )
        for heading, kind, name, status, values in kinds
    )


def _any_case(status: str) -> dict[str, str]:
    """The guide shows an endpoint's status as IN_SERVICE, the API as InService."""
    return {"equals-ignore-case": status}

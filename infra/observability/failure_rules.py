"""Failed jobs as events: what Airflow starts is reported even when no task watches it any more."""

from dataclasses import dataclass

from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.names import PlatformNames
from infra.observability.alert_topic import runbook_link


@dataclass(frozen=True)
class Failure:
    """An event of AWS that means failed work; `heading` is the runbook's."""

    heading: str
    source: str
    detail_type: str
    field: str
    values: tuple[str, ...]


FAILURES = (
    Failure("spark-step-failed", "aws.emr", "EMR Step Status Change", "state", ("FAILED",)),
    Failure("spark-cluster-failed", "aws.emr", "EMR Cluster State Change", "state", ("TERMINATED_WITH_ERRORS",)),
    Failure("serverless-job-failed", "aws.emr-serverless", "EMR Serverless Job Run State Change", "state", ("FAILED",)),
    Failure(
        "training-failed", "aws.sagemaker", "SageMaker Training Job State Change", "TrainingJobStatus", ("Failed",)
    ),
    Failure(
        "tuning-failed",
        "aws.sagemaker",
        "SageMaker HyperParameter Tuning Job State Change",
        "HyperParameterTuningJobStatus",
        ("Failed",),
    ),
    Failure(
        "transform-failed", "aws.sagemaker", "SageMaker Transform Job State Change", "TransformJobStatus", ("Failed",)
    ),
    Failure(
        "tracking-deployment-failed",
        "aws.ecs",
        "ECS Deployment State Change",
        "eventName",
        ("SERVICE_DEPLOYMENT_FAILED",),
    ),
)


class FailureRules(Construct):
    """A rule per kind of failure, each publishing the event to the alert topic."""

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames, topic: sns.ITopic) -> None:
        super().__init__(scope, construct_id)
        for failure in FAILURES:
            events.Rule(
                self,
                failure.heading,
                rule_name=names.resource(failure.heading),
                description=runbook_link(f"{failure.detail_type}: {', '.join(failure.values)}", failure.heading),
                event_pattern=events.EventPattern(
                    source=[failure.source],
                    detail_type=[failure.detail_type],
                    detail={failure.field: list(failure.values)},
                ),
                targets=[targets.SnsTopic(topic)],
            )

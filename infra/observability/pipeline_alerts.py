"""The alarm of a pipeline's failed runs, for those whom its declaration names."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.observability.metrics import FIVE_MINUTES, metric
from infra.observability.runbook import Runbook
from infra.pipeline_scope import PipelineScope
from jobs.contracts.names import job_purpose

_HEADING = "airflow-run-failed"


class PipelineAlerts(Construct):
    """An alarm on failed runs of a pipeline's DAGs, and its encrypted topic with one subscription per address.

    The operators of the platform have an alarm on the DAGs of all pipelines already (infra/orchestration/alarms.py).
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        pipeline: PipelineScope,
        key: kms.IKey,
        runbook: Runbook,
        emails: Sequence[str],
    ) -> None:
        super().__init__(scope, construct_id)
        names, alarm_name = pipeline.names, pipeline.names.resource(job_purpose(pipeline.name, "run-failed"))
        topic_name = names.resource(job_purpose(pipeline.name, "failures"))
        topic = sns.Topic(self, "Topic", topic_name=topic_name, master_key=key, enforce_ssl=True)
        alarm = names.arn("cloudwatch", f"alarm:{alarm_name}")
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Alarm",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={
                    "StringEquals": {"aws:SourceAccount": names.account},
                    "ArnEquals": {"aws:SourceArn": alarm},
                },
            )
        )
        failed = self._alarm(alarm_name, pipeline, runbook)
        failed.add_alarm_action(actions.SnsAction(topic))
        failed.add_ok_action(actions.SnsAction(topic))
        for email in emails:
            subscription = sns.CfnSubscription(
                self, f"Email-{email}", topic_arn=topic.topic_arn, protocol="email", endpoint=email
            )
            # A new alarm reports its first state too; without a subscriber, no email is sent.
            subscription.node.add_dependency(failed)

    def _alarm(self, name: str, pipeline: PipelineScope, runbook: Runbook) -> cloudwatch.Alarm:
        failed = {f"m{position}": _failed_runs(pipeline, dag) for position, dag in enumerate(pipeline.pipeline.dag_ids)}
        counts = ", ".join(f"FILL({each}, 0)" for each in failed)
        return cloudwatch.Alarm(
            self,
            "RunFailed",
            alarm_name=name,
            alarm_description=runbook.describe(f"A run of {pipeline.name} failed", _HEADING),
            actions_enabled=True,
            metric=cloudwatch.MathExpression(
                expression=f"SUM([{counts}])", using_metrics=failed, label="failed runs", period=FIVE_MINUTES
            ),
            threshold=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )


def _failed_runs(pipeline: PipelineScope, dag_id: str) -> cloudwatch.Metric:
    """The number of failed runs of a DAG: the samples of their durations."""
    dimensions = {"DAG": dag_id, "Environment": pipeline.names.prefix}
    return metric("AmazonMWAA", "DAGDurationFailed", "SampleCount", dimensions, label=dag_id)

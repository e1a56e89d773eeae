"""The SNS topic of alarms and failure events, and the dead-letter queue of event rules."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.names import PlatformNames
from infra.security.permissions import acknowledge

TOPIC = "alerts"
UNDELIVERED = "alerts-undelivered"


class AlertTopic(Construct):
    """An encrypted topic to which AWS services of this account publish; it has one email subscription."""

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames, key: kms.IKey, email: str) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Resource", topic_name=names.resource(TOPIC), master_key=key, enforce_ssl=True)
        self.subscription = sns.CfnSubscription(
            self, "Email", topic_arn=self.topic.topic_arn, protocol="email", endpoint=email
        )
        for sid, service, sources in (
            ("Alarms", "cloudwatch.amazonaws.com", names.arn("cloudwatch", f"alarm:{names.prefix}-*")),
            ("Database", "events.rds.amazonaws.com", names.arn("rds", f"*:{names.prefix}-*")),
        ):
            source = {"StringEquals": {"aws:SourceAccount": names.account}, "ArnLike": {"aws:SourceArn": sources}}
            self._allow_publishing(sid, service, source)
        # EventBridge supports no condition here, and with a role events may not reach an encrypted topic
        # (EventBridge user guide, "Using resource-based policies", SNS permissions, read 2026-11-24).
        self._allow_publishing("Events", "events.amazonaws.com", {})

    def _allow_publishing(self, sid: str, service: str, conditions: Mapping[str, Mapping[str, str]]) -> None:
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid=sid,
                principals=[iam.ServicePrincipal(service)],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions=dict(conditions),
            )
        )


class UndeliveredEvents(Construct):
    """The dead-letter queue of all event rules, with a retention of fourteen days."""

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames, key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        self.queue = sqs.Queue(
            self,
            "Resource",
            queue_name=names.resource(UNDELIVERED),
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        # One statement for all rules, because a queue policy has at most twenty statements.
        self.queue.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Rules",
                principals=[iam.ServicePrincipal("events.amazonaws.com")],
                actions=["sqs:SendMessage"],
                resources=[self.queue.queue_arn],
                conditions={"ArnLike": {"aws:SourceArn": names.arn("events", f"rule/{names.prefix}-*")}},
            )
        )
        reason = (
            "it is itself the dead-letter queue, of every event rule; the check looks for queues and functions only"
        )
        acknowledge(self.queue, "SQS3", reason)

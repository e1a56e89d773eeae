"""Where every alarm and failed job goes, and where an event waits that could not get there."""

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.names import PlatformNames
from infra.security.permissions import PlatformRole, acknowledge

TOPIC = "alerts"
UNDELIVERED = "alerts-undelivered"


class AlertTopic(Construct):
    """An encrypted topic: alarms and the database publish by its policy, event rules by a role.

    A topic's policy cannot hold EventBridge to an account or a rule: it refuses events when it has a condition
    (EventBridge user guide, "Amazon SNS permissions", read 2026-11-24). A role can.
    """

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames, key: kms.IKey, email: str) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Resource", topic_name=names.resource(TOPIC), master_key=key, enforce_ssl=True)
        sns.CfnSubscription(self, "Email", topic_arn=self.topic.topic_arn, protocol="email", endpoint=email)
        self._admit("Alarms", "cloudwatch.amazonaws.com", names, names.arn("cloudwatch", f"alarm:{names.prefix}-*"))
        self._admit("Database", "events.rds.amazonaws.com", names, names.arn("rds", f"*:{names.prefix}-*"))
        self.publisher = PlatformRole(
            self,
            "Publisher",
            names=names,
            purpose=TOPIC,
            description="EventBridge tells operators of failed work",
            services=["events.amazonaws.com"],
        )
        self.publisher.allow(["sns:Publish"], [names.arn("sns", names.resource(TOPIC))], "this one topic")
        self.publisher.allow(["kms:Decrypt", "kms:GenerateDataKey"], [key.key_arn], "the key of this topic")

    def _admit(self, sid: str, service: str, names: PlatformNames, sources: str) -> None:
        conditions = {"StringEquals": {"aws:SourceAccount": names.account}, "ArnLike": {"aws:SourceArn": sources}}
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid=sid,
                principals=[iam.ServicePrincipal(service)],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions=conditions,
            )
        )


class UndeliveredEvents(Construct):
    """The dead-letter queue of every event rule: fourteen days to find out why nobody was told."""

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
        # One statement for all rules: a queue's policy holds twenty at most.
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

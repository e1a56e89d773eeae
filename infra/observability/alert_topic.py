"""Where every alarm, failed job and budget alert goes."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.names import PlatformNames

RUNBOOK = "docs/runbook.md"


def runbook_link(what: str, heading: str) -> str:
    """A description that tells what happened and where to read on; the heading exists, a test checks it."""
    return f"{what}. Runbook: {RUNBOOK}#{heading}"


class AlertTopic(Construct):
    """An encrypted topic that services of this account publish to and people subscribe to."""

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames, key: kms.IKey, email: str) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Resource", topic_name=names.resource("alerts"), master_key=key, enforce_ssl=True)
        sns.CfnSubscription(self, "Email", topic_arn=self.topic.topic_arn, protocol="email", endpoint=email)
        # A policy of its own replaces the default one, so CloudWatch must be named; event rules add theirs.
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Alarms",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": names.account}},
            )
        )

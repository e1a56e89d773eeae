"""RDS event subscriptions that Security Hub requires (RDS.20, RDS.21, RDS.22)."""

from aws_cdk import aws_rds as rds
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.names import PlatformNames

_SUBSCRIPTIONS = {
    "db-instance": ["maintenance", "configuration change", "failure"],
    "db-parameter-group": ["configuration change"],
    "db-security-group": ["configuration change", "failure"],
}


class DatabaseEvents(Construct):
    """Notifications of changes to databases, parameter groups and security groups."""

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames, topic: sns.ITopic) -> None:
        super().__init__(scope, construct_id)
        for source, categories in _SUBSCRIPTIONS.items():
            rds.CfnEventSubscription(
                self,
                source,
                subscription_name=names.resource(source),
                sns_topic_arn=topic.topic_arn,
                source_type=source,
                event_categories=categories,
                enabled=True,
            )

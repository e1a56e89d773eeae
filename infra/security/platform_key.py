"""The key that encrypts what one environment stores."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.names import PlatformNames


class PlatformKey(Construct):
    """A rotated key that the account's policies govern, and that services use for logs and alerts."""

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames, removal: RemovalPolicy) -> None:
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Resource",
            alias=names.key_alias,
            description=f"Data of {names.prefix}",
            enable_key_rotation=True,
            removal_policy=removal,
        )
        self._allow_logs(names)
        self._allow_publishers(names)

    def _allow_logs(self, names: PlatformNames) -> None:
        service = f"logs.{names.region}.amazonaws.com"
        groups = names.arn("logs", "log-group:*")
        statement = iam.PolicyStatement(
            sid="LogGroupsOfThisAccount",
            principals=[iam.ServicePrincipal(service)],
            actions=["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom"],
            resources=["*"],
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
        )
        self.key.add_to_resource_policy(statement)

    def _allow_publishers(self, names: PlatformNames) -> None:
        # Without these, alarms and events fail silently to reach an encrypted topic. EventBridge's calls for such a
        # topic carry no source account, so a condition on it would silence every failed job.
        here = {"StringEquals": {"aws:SourceAccount": names.account}}
        for service, conditions in (("cloudwatch", here), ("events", {})):
            statement = iam.PolicyStatement(
                sid=f"Alerts{service.capitalize()}",
                principals=[iam.ServicePrincipal(f"{service}.amazonaws.com")],
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=["*"],
                conditions=conditions,
            )
            self.key.add_to_resource_policy(statement)

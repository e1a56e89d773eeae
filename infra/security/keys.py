"""The KMS keys of one environment: one per data class, each usable only by the services that need it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.names import PlatformNames


class DataClass(StrEnum):
    """Data that has a key of its own, so that access to one class does not give access to another."""

    LAKE = "lake"
    """Zones of the lake, the feature store, and the volumes and disks of jobs."""
    TRACKING = "tracking"
    """MLflow's database, its backups and its secrets."""
    AIRFLOW = "airflow"
    """MWAA's metadata, queue and logs."""
    LOGS = "logs"
    """All log groups that no other class contains."""
    ALERTS = "alerts"
    """SNS topics and SQS queues of alarms and failure events."""


class Keys(Construct):
    """One customer-managed key with rotation per data class."""

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames, removal: RemovalPolicy) -> None:
        super().__init__(scope, construct_id)
        self.by_class = {
            data_class: kms.Key(
                self,
                data_class.capitalize(),
                alias=names.key_alias(data_class),
                description=f"{names.prefix}: {data_class}",
                enable_key_rotation=True,
                removal_policy=removal,
            )
            for data_class in DataClass
        }
        for data_class in (DataClass.AIRFLOW, DataClass.LOGS):
            _allow_logs(self.by_class[data_class], names, data_class)
        _allow_publishers(self.by_class[DataClass.ALERTS], names)


def _allow_logs(key: kms.Key, names: PlatformNames, data_class: DataClass) -> None:
    """Allow CloudWatch Logs to use the key for log groups of this account, which it names in the encryption context."""
    groups = "airflow-*" if data_class is DataClass.AIRFLOW else "*"
    context = {"kms:EncryptionContext:aws:logs:arn": names.arn("logs", f"log-group:{groups}")}
    actions = [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
    ]
    _allow_service(key, "LogGroups", f"logs.{names.region}.amazonaws.com", actions, {"ArnLike": context})


def _allow_publishers(key: kms.Key, names: PlatformNames) -> None:
    """Allow alarms and events to reach the encrypted topic and the dead-letter queue; otherwise they fail silently."""
    actions = ["kms:Decrypt", "kms:GenerateDataKey"]
    here = {"StringEquals": {"aws:SourceAccount": names.account}}
    _allow_service(key, "Alarms", "cloudwatch.amazonaws.com", actions, here)
    _allow_service(key, "Database", "events.rds.amazonaws.com", actions, here)
    # Requests of EventBridge carry no source account; SNS and SQS put the topic and queue into the encryption context.
    topic = {"StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": names.arn("sns", names.resource("alerts"))}}
    _allow_service(key, "Events", "events.amazonaws.com", actions, topic)
    queue = names.arn("sqs", names.resource("alerts-undelivered"))
    context = {"StringEquals": {"kms:EncryptionContext:aws:sqs:arn": queue}}
    _allow_service(key, "Undelivered", "events.amazonaws.com", actions, context)


def _allow_service(key: kms.Key, sid: str, service: str, actions: Sequence[str], conditions: Mapping[str, Any]) -> None:
    statement = iam.PolicyStatement(
        sid=sid,
        principals=[iam.ServicePrincipal(service)],
        actions=list(actions),
        resources=["*"],
        conditions=dict(conditions),
    )
    key.add_to_resource_policy(statement)

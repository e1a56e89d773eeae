"""Ends idle clusters where EMR's own auto-termination cannot work."""

import json
from collections.abc import Mapping
from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.log_group import log_group
from infra.names import PlatformNames, RolePurpose
from infra.security.keys import DataClass
from infra.security.permissions import PlatformRole, acknowledge_conformance
from infra.spark.spark_cluster import TRANSIENT_TAG
from jobs.contracts.spark_workloads import EMR_CLUSTER, EMR_STEP

_CODE = Path(__file__).with_name("function")
_PURPOSE = RolePurpose.IDLE_CLUSTERS
#: Half of the shortest sensible idle time; a check costs a few API calls.
_EVERY = Duration.minutes(5)
_UNRESERVED = "one schedule calls it, and a new account may reserve no executions"
_OUTSIDE_VPC = "it calls the EMR API only; in the VPC its network interfaces would hold back the deletion of the stack"


class IdleClusters(Construct):
    """A Lambda function that terminates the environment's transient clusters after `idle_minutes` without steps."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        idle_minutes: int,
        log_days: int,
        keys: Mapping[DataClass, kms.IKey],
    ) -> None:
        super().__init__(scope, construct_id)
        lost = _lost_calls(self, names, keys[DataClass.ALERTS])
        role = _role(self, names, lost.queue_arn, keys[DataClass.ALERTS].key_arn)
        group = names.function_log_group(_PURPOSE)
        function = lambda_.Function(
            self,
            "Resource",
            function_name=names.resource(_PURPOSE),
            description="Terminates idle transient EMR clusters",
            code=lambda_.Code.from_asset(str(_CODE), exclude=["__pycache__"]),
            handler="handler.handle",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            timeout=Duration.minutes(4),
            dead_letter_queue=lost,
            environment={"IDLE_MINUTES": str(idle_minutes), "TAGS": json.dumps(_tags(names))},
            environment_encryption=keys[DataClass.ALERTS],
            log_group=log_group(self, "Logs", name=group, days=log_days, key=keys[DataClass.LOGS]),
            role=role.role.without_policy_updates(),
        )
        function.node.add_dependency(role)
        acknowledge_conformance(function, "LambdaInsideVPC", _OUTSIDE_VPC)
        acknowledge_conformance(function, "LambdaConcurrency", _UNRESERVED)
        self._schedule(names, function)

    def _schedule(self, names: PlatformNames, function: lambda_.Function) -> None:
        rule = events.CfnRule(
            self,
            "Schedule",
            name=names.resource(_PURPOSE),
            description="Looks for idle transient EMR clusters",
            schedule_expression=f"rate({_EVERY.to_minutes()} minutes)",
            targets=[events.CfnRule.TargetProperty(id="function", arn=function.function_arn)],
        )
        lambda_.CfnPermission(
            self,
            "Scheduled",
            action="lambda:InvokeFunction",
            function_name=function.function_name,
            principal="events.amazonaws.com",
            source_arn=rule.attr_arn,
            source_account=names.account,
        )


def _lost_calls(scope: Construct, names: PlatformNames, key: kms.IKey) -> sqs.Queue:
    return sqs.Queue(
        scope,
        "Lost",
        queue_name=names.resource(f"{_PURPOSE}-lost"),
        encryption_master_key=key,
        enforce_ssl=True,
        retention_period=Duration.days(14),
    )


def _tags(names: PlatformNames) -> dict[str, str]:
    """The tags of the clusters that the function may terminate; the permission has the same condition."""
    return {"platform": names.prefix, TRANSIENT_TAG: "true"}


def _role(scope: Construct, names: PlatformNames, queue_arn: str, key_arn: str) -> PlatformRole:
    role = PlatformRole(
        scope,
        "Role",
        names=names,
        purpose=_PURPOSE,
        description="Terminates idle transient EMR clusters",
        services=["lambda.amazonaws.com"],
    )
    clusters = [EMR_CLUSTER.arn(names.region, names.account, "*")]
    role.allow([EMR_CLUSTER.action(EMR_CLUSTER.list)], ["*"], "a list of clusters has no ARN")
    looks = [EMR_CLUSTER.action(EMR_CLUSTER.describe), EMR_STEP.action(EMR_STEP.list)]
    role.allow(looks, clusters, "only its description shows the tags of a cluster, whose id AWS chooses")
    ours = {"StringEquals": {f"aws:ResourceTag/{key}": value for key, value in _tags(names).items()}}
    role.allow([EMR_CLUSTER.action(EMR_CLUSTER.stop)], clusters, "AWS chooses the id; the tags are fixed", ours)
    role.allow(["sqs:SendMessage"], [queue_arn], "lost calls")
    role.allow(["kms:Decrypt", "kms:GenerateDataKey"], [key_arn], "its queue and settings are encrypted")
    group = names.log_group_arn(names.function_log_group(_PURPOSE), ":*")
    role.allow(["logs:CreateLogStream", "logs:PutLogEvents"], [group], "Lambda names its log streams")
    return role

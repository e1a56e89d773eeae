"""Ends idle clusters where EMR's own auto-termination cannot work."""

import json
from collections.abc import Mapping
from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.names import PlatformNames, RolePurpose
from infra.platform_function import FunctionSettings, PlatformFunction
from infra.security.keys import DataClass
from infra.spark.spark_cluster import TRANSIENT_TAG
from jobs.contracts.spark_workloads import EMR_CLUSTER, EMR_STEP

_CODE = Path(__file__).with_name("function")
_PURPOSE = RolePurpose.IDLE_CLUSTERS
#: Half of the shortest sensible idle time; a check costs a few API calls.
_EVERY = Duration.minutes(5)
_UNRESERVED = "one schedule calls it, and a new account may reserve no executions"
_OUTSIDE_VPC = "it calls the EMR API only; in the VPC its network interfaces would hold back the deletion of the stack"


class IdleClusters(PlatformFunction):
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
        settings = FunctionSettings(
            purpose=_PURPOSE,
            description="Terminates idle transient EMR clusters",
            code=_CODE,
            timeout=Duration.minutes(4),
            log_days=log_days,
            data=DataClass.ALERTS,
            outside_vpc=_OUTSIDE_VPC,
            unreserved=_UNRESERVED,
        )
        environment = {"IDLE_MINUTES": str(idle_minutes), "TAGS": json.dumps(_tags(names))}
        super().__init__(scope, construct_id, names=names, settings=settings, environment=environment, keys=keys)
        self._allow(names)
        self._schedule(names)

    def _allow(self, names: PlatformNames) -> None:
        clusters = [EMR_CLUSTER.arn(names.region, names.account, "*")]
        self.role.allow([EMR_CLUSTER.action(EMR_CLUSTER.list)], ["*"], "a list of clusters has no ARN")
        looks = [EMR_CLUSTER.action(EMR_CLUSTER.describe), EMR_STEP.action(EMR_STEP.list)]
        self.role.allow(looks, clusters, "only its description shows the tags of a cluster, whose id AWS chooses")
        ours = {"StringEquals": {f"aws:ResourceTag/{key}": value for key, value in _tags(names).items()}}
        stops = [EMR_CLUSTER.action(EMR_CLUSTER.stop)]
        self.role.allow(stops, clusters, "AWS chooses the id; the tags are fixed", ours)

    def _schedule(self, names: PlatformNames) -> None:
        rule = events.CfnRule(
            self,
            "Schedule",
            name=names.resource(_PURPOSE),
            description="Looks for idle transient EMR clusters",
            schedule_expression=f"rate({_EVERY.to_minutes()} minutes)",
            targets=[events.CfnRule.TargetProperty(id="function", arn=self.resource.function_arn)],
        )
        lambda_.CfnPermission(
            self,
            "Scheduled",
            action="lambda:InvokeFunction",
            function_name=self.resource.function_name,
            principal="events.amazonaws.com",
            source_arn=rule.attr_arn,
            source_account=names.account,
        )


def _tags(names: PlatformNames) -> dict[str, str]:
    """The tags of the clusters that the function may terminate; the permission has the same condition."""
    return {"platform": names.prefix, TRANSIENT_TAG: "true"}

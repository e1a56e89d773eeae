from typing import Literal

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from infra.config.governance_config import LakeConfig
from infra.environments import DEV
from infra.feature_flags import feature_flags
from infra.lake.lake_buckets import LakeBuckets
from infra.names import PlatformNames
from jobs.contracts.tables import Zone

NAMES = PlatformNames.of(DEV)


def template(lake: LakeConfig, consumers: tuple[str, ...] = ()) -> Template:
    stack = cdk.Stack(cdk.App(context=feature_flags()), env=cdk.Environment(account=NAMES.account, region=NAMES.region))
    LakeBuckets(
        stack,
        "Lake",
        names=NAMES,
        retention=DEV.retention,
        lake=lake,
        key=kms.Key(stack, "Key"),
        removal=cdk.RemovalPolicy.DESTROY,
        consumers=consumers,
    )
    return Template.from_stack(stack)


def test_no_zone_is_locked_by_default() -> None:
    template(LakeConfig()).resource_properties_count_is(
        "AWS::S3::Bucket", {"ObjectLockConfiguration": Match.any_value()}, 0
    )


@pytest.mark.parametrize("mode", ["governance", "compliance"])
def test_only_landing_is_locked(mode: Literal["governance", "compliance"]) -> None:
    locked = template(LakeConfig(object_lock_days=30, object_lock_mode=mode))
    rule = {"DefaultRetention": {"Days": 30, "Mode": mode.upper()}}
    expected = {"BucketName": NAMES.bucket(Zone.LANDING), "ObjectLockConfiguration": Match.object_like({"Rule": rule})}
    locked.has_resource_properties("AWS::S3::Bucket", expected)
    locked.resource_properties_count_is("AWS::S3::Bucket", {"ObjectLockConfiguration": Match.any_value()}, 1)


def test_query_results_expire_in_the_artifacts_bucket_only() -> None:
    rule = Match.object_like({"Id": "query-results", "Prefix": "athena-results/"})
    expiring = {"LifecycleConfiguration": {"Rules": Match.array_with([rule])}}
    buckets = template(LakeConfig())
    buckets.resource_properties_count_is("AWS::S3::Bucket", expiring, 1)
    buckets.has_resource_properties("AWS::S3::Bucket", {**expiring, "BucketName": NAMES.bucket(Zone.ARTIFACTS)})


@pytest.mark.parametrize("consumers", [(), ("222222222222",)])
def test_consumers_read_artifacts_only_where_there_are_any(consumers: tuple[str, ...]) -> None:
    statement = Match.object_like({"Sid": "RegistryConsumers", "Action": "s3:GetObject"})
    policy = {"PolicyDocument": {"Statement": Match.array_with([statement])}}
    template(LakeConfig(), consumers).resource_properties_count_is("AWS::S3::BucketPolicy", policy, len(consumers))

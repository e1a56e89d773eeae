from dataclasses import replace

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from infra.environments import DEV
from infra.lake.feature_store import FeatureStore
from infra.names import PlatformNames
from infra.pipeline_scope import PipelineRole, PipelineScope
from tests.infra.pipelines import METERS

NAMES = PlatformNames.of(DEV)
(GROUP,) = METERS.feature_groups


@pytest.mark.parametrize(
    ("in_contract", "in_settings", "days", "expected"),
    [
        (False, True, None, Match.absent()),
        (True, False, None, Match.absent()),
        (True, True, None, Match.object_like({"EnableOnlineStore": True, "TtlDuration": Match.absent()})),
        (True, True, 30, Match.object_like({"TtlDuration": {"Unit": "Days", "Value": 30}})),
    ],
)
def test_an_online_store_needs_the_contract_and_the_settings(
    in_contract: bool,
    in_settings: bool,
    days: int | None,
    expected: object,
) -> None:
    stack = cdk.Stack()
    pipeline = replace(METERS, feature_groups=(replace(GROUP, online=in_contract, online_days=days),))
    FeatureStore(
        stack,
        "Features",
        pipeline=PipelineScope(NAMES, pipeline),
        key=kms.Key(stack, "Key"),
        has_online_store=in_settings,
        removal=cdk.RemovalPolicy.DESTROY,
    )
    role = NAMES.job_role_arn("meters", PipelineRole.OFFLINE)
    Template.from_stack(stack).has_resource_properties(
        "AWS::SageMaker::FeatureGroup", {"OnlineStoreConfig": expected, "RoleArn": role}
    )

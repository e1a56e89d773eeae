from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Match, Template

from infra.config.engine_config import EngineConfig
from infra.config.governance_config import LakeConfig
from infra.environments import DEV
from infra.jobs.job_roles import JobRoles
from infra.names import PlatformNames
from infra.pipeline_scope import PipelineScope
from jobs.contracts.access import SPARK_KINDS, JobKind
from tests.infra.pipelines import METERS

NAMES = PlatformNames.of(DEV)


def roles(stack: cdk.Stack, engine: str, *, lake: LakeConfig = DEV.lake) -> JobRoles:
    engines = EngineConfig(jobs={"dataset": engine})
    return JobRoles(
        stack,
        "Jobs",
        pipeline=PipelineScope(NAMES, METERS),
        engines=engines,
        lake=lake,
        key_arn=NAMES.arn("kms", "key/1"),
    )


@pytest.mark.parametrize(
    ("engine", "principal"),
    [
        ("emr", {"AWS": "arn:aws:iam::111111111111:root"}),
        ("emr-serverless", {"Service": "emr-serverless.amazonaws.com"}),
        ("glue", {"Service": "glue.amazonaws.com"}),
        ("sagemaker", {"Service": "sagemaker.amazonaws.com"}),
    ],
)
def test_the_engine_decides_who_assumes_the_role(engine: str, principal: dict[str, str]) -> None:
    stack = cdk.Stack()
    roles(stack, engine)
    trust: dict[str, Any] = {"Statement": Match.array_with([Match.object_like({"Principal": principal})])}
    Template.from_stack(stack).has_resource_properties(
        "AWS::IAM::Role", {"RoleName": NAMES.job_role("meters", JobKind.DATASET), "AssumeRolePolicyDocument": trust}
    )


@pytest.mark.parametrize("lake_formation", [True, False])
def test_lake_formation_is_asked_for_data_only_where_it_is_on(lake_formation: bool) -> None:
    stack = cdk.Stack()
    roles(stack, "emr", lake=LakeConfig(lake_formation=lake_formation))
    asks = {"Statement": Match.array_with([Match.object_like({"Action": "lakeformation:GetDataAccess"})])}
    expected = {"ManagedPolicyName": NAMES.job_role("meters", JobKind.DATASET), "PolicyDocument": asks}
    Template.from_stack(stack).resource_properties_count_is("AWS::IAM::ManagedPolicy", expected, int(lake_formation))


@pytest.mark.parametrize("is_encrypted", [True, False])
def test_callers_of_an_encrypted_catalog_may_use_its_key_through_glue(is_encrypted: bool) -> None:
    stack = cdk.Stack()
    roles(stack, "emr", lake=LakeConfig(encrypt_catalog=is_encrypted))
    statement = {
        "Action": ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
        "Resource": NAMES.arn("kms", "key/1"),
        "Condition": {"StringEquals": {"kms:ViaService": "glue.us-east-1.amazonaws.com"}},
    }
    expected = {"PolicyDocument": {"Statement": Match.array_with([Match.object_like(statement)])}}
    count = len(SPARK_KINDS) if is_encrypted else 0
    Template.from_stack(stack).resource_properties_count_is("AWS::IAM::ManagedPolicy", expected, count)

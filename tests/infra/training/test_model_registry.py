import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Match, Template

from infra.environments import DEV
from infra.names import PlatformNames
from infra.pipeline_scope import PipelineScope
from infra.training.model_registry import ModelRegistry
from tests.infra.pipelines import METERS


@pytest.mark.parametrize(("consumers", "policy"), [((), Match.absent()), (("222222222222",), Match.any_value())])
def test_a_group_has_a_policy_only_for_consumers(consumers: tuple[str, ...], policy: object) -> None:
    stack = cdk.Stack()
    ModelRegistry(
        stack,
        "Models",
        pipeline=PipelineScope(PlatformNames.of(DEV), METERS),
        removal=cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        consumers=consumers,
    )
    Template.from_stack(stack).has_resource_properties(
        "AWS::SageMaker::ModelPackageGroup",
        {"ModelPackageGroupName": "mlops-dev-meters", "ModelPackageGroupPolicy": policy},
    )

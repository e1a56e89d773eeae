import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Match, Template

from infra.config.validation import ConfigError
from infra.environments import DEV
from infra.names import PlatformNames, RolePurpose
from infra.security.permissions import PlatformRole, allow_pass

NAMES = PlatformNames.of(DEV)


def role_in(stack: cdk.Stack, services: tuple[str, ...] = ("sagemaker.amazonaws.com",)) -> PlatformRole:
    return PlatformRole(stack, "Role", names=NAMES, purpose=RolePurpose.AIRFLOW, description="probe", services=services)


def test_a_role_has_a_literal_name_and_trusts_services_for_this_account_only() -> None:
    stack = cdk.Stack()
    role_in(stack).allow(["s3:GetObject"], ["arn:aws:s3:::b/k"], "exact")
    trust = {"Principal": {"Service": "sagemaker.amazonaws.com"}, "Condition": Match.any_value()}
    Template.from_stack(stack).has_resource_properties(
        "AWS::IAM::Role",
        {
            "RoleName": "mlops-dev-airflow-us-east-1",
            "AssumeRolePolicyDocument": {"Statement": [Match.object_like(trust)]},
        },
    )


def test_instances_are_trusted_without_a_condition_that_ec2_never_sends() -> None:
    stack = cdk.Stack()
    role_in(stack, ("ec2.amazonaws.com",)).allow(["s3:GetObject"], ["arn:aws:s3:::b/k"], "exact")
    statement = {"Condition": Match.absent(), "Principal": {"Service": "ec2.amazonaws.com"}}
    Template.from_stack(stack).has_resource_properties(
        "AWS::IAM::Role", {"AssumeRolePolicyDocument": {"Statement": [Match.object_like(statement)]}}
    )


@pytest.mark.parametrize("action", ["s3:*", "s3:Get*", "*", "GetObject"])
def test_an_inexact_action_is_refused(action: str) -> None:
    with pytest.raises(ConfigError, match=r"IAM actions: received .*; allowed is service:Action without wildcards"):
        role_in(cdk.Stack()).allow([action], ["*"], "no reason is good enough")


def test_roles_are_passed_to_named_services_only() -> None:
    stack = cdk.Stack()
    allow_pass(role_in(stack), ["arn:aws:iam::1:role/x"], ["sagemaker.amazonaws.com"])
    statement = {
        "Action": "iam:PassRole",
        "Resource": "arn:aws:iam::1:role/x",
        "Condition": {"StringEquals": {"iam:PassedToService": ["sagemaker.amazonaws.com"]}},
    }
    Template.from_stack(stack).has_resource_properties(
        "AWS::IAM::ManagedPolicy", {"PolicyDocument": {"Statement": [Match.object_like(statement)]}}
    )

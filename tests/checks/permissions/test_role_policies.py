from typing import Any

import pytest

from checks.assembly import Assembly
from checks.permissions.role_policies import role_policy_findings
from infra.environments import PROD

ROLE = {"Fn::GetAtt": ["Role", "Arn"]}
ARN = "arn:aws:iam::333333333333:role/mlops-prod-any"


def findings(role: object, **more: Any) -> list[str]:
    resources = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "mlops-prod-any"}},
        "Policy": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"Roles": [{"Ref": "Role"}]}},
        "First": {"Type": "AWS::SNS::Topic", "DependsOn": "Policy"},
        "Database": {"Type": "AWS::RDS::DBInstance", "Properties": {"MonitoringRoleArn": role}, **more},
    }
    assembly = Assembly(config=PROD, templates={"any": {"Resources": resources}}, images={})
    return [finding.what.split(",")[0] for finding in role_policy_findings(assembly)]


@pytest.mark.parametrize("role", [ROLE, ARN, {"Fn::Join": ["", [ARN]]}])
def test_a_resource_that_may_be_created_before_the_policy_of_its_role_is_found(role: object) -> None:
    assert findings(role) == ["it must depend on Policy"]
    assert findings(role, DependsOn=["Policy"]) == []


def test_a_dependency_through_another_resource_counts() -> None:
    assert findings(ROLE, DependsOn="First") == []


def test_a_role_of_another_stack_and_policies_of_resources_are_free() -> None:
    assert findings("arn:aws:iam::333333333333:role/mlops-prod-any-other") == []
    assert findings(ARN, Type="AWS::S3::BucketPolicy") == []

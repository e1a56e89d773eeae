import json

import pytest

from infra.environments import DEV, ENVIRONMENTS
from infra.names import PlatformNames
from jobs.contracts.tables import Zone
from tests.stacks.conftest import Templates
from tests.stacks.templates import listed, resolved, resources, statements

#: Actions that IAM defines without a resource, or whose resource does not exist before.
WITHOUT_RESOURCE = {
    "cloudwatch:GetMetricData",
    "cloudwatch:PutMetricData",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "ecr:GetAuthorizationToken",
    "elasticmapreduce:RunJobFlow",
    "events:ListRules",
    "logs:DescribeLogGroups",
    "s3:GetAccountPublicAccessBlock",
    "s3:ListAllMyBuckets",
}


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_actions_are_exact_and_a_bare_star_is_only_for_actions_without_resource(
    name: str, environments: dict[str, Templates]
) -> None:
    for template in environments[name].values():
        for _, statement in statements(template):
            actions = listed(statement["Action"])
            assert not [action for action in actions if "*" in action]
            if "*" in [resolved(resource) for resource in listed(statement["Resource"])]:
                assert set(actions) <= WITHOUT_RESOURCE


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_policies_fit_into_iam(name: str, environments: dict[str, Templates]) -> None:
    for template in environments[name].values():
        for policy in resources(template, "AWS::IAM::ManagedPolicy"):
            assert len(json.dumps(policy["PolicyDocument"], separators=(",", ":"))) < 6144


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_roles_are_passed_by_name_to_named_services(name: str, environments: dict[str, Templates]) -> None:
    for template in environments[name].values():
        for _, statement in statements(template):
            if "iam:PassRole" in listed(statement["Action"]):
                assert statement["Condition"]["StringEquals"]["iam:PassedToService"]
                assert not [arn for arn in listed(statement["Resource"]) if "*" in arn]


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_every_role_has_a_literal_name_and_no_inline_policy(name: str, environments: dict[str, Templates]) -> None:
    names = PlatformNames.of(ENVIRONMENTS[name])
    for template in environments[name].values():
        for role in resources(template, "AWS::IAM::Role"):
            assert role["RoleName"].startswith(names.prefix)
            assert "Policies" not in role
        assert not resources(template, "AWS::IAM::Policy")


def objects_of(template: dict[str, object], policy: str, action: str) -> set[str]:
    """The buckets whose objects a policy lets somebody act on."""
    return {
        arn.removeprefix("arn:aws:s3:::").split("/")[0]
        for logical_id, statement in statements(template)
        if logical_id.startswith(policy) and action in listed(statement["Action"])
        for arn in map(resolved, listed(statement["Resource"]))
    }


def test_no_job_writes_where_data_lands_and_training_reads_no_raw_data(dev: Templates) -> None:
    names = PlatformNames.of(DEV)
    compute = dev["compute"]
    assert names.bucket(Zone.LANDING) not in objects_of(compute, "SparkJobPolicy", "s3:PutObject")
    assert objects_of(compute, "SageMakertrainingPolicy", "s3:GetObject") == {
        names.bucket(Zone.ARTIFACTS),
        names.bucket(Zone.DATASETS),
    }
    assert objects_of(compute, "SageMakertrainingPolicy", "s3:PutObject") == {names.bucket(Zone.ARTIFACTS)}


def test_airflow_computes_nothing_so_it_writes_no_data(dev: Templates) -> None:
    actions = {action for _, s in statements(dev["orchestration"]) for action in listed(s["Action"])}
    assert not {"s3:PutObject", "s3:DeleteObject", "glue:UpdateTable"} & actions

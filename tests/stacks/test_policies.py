import json
from dataclasses import replace
from pathlib import Path

import pytest

from checks.permissions.iam_decision import matches
from checks.permissions.roles import roles_of
from infra.config.governance_config import SecurityConfig
from infra.environments import DEV, ENVIRONMENTS
from infra.names import PlatformNames, RolePurpose
from infra.security.trust import PARTLY_DOCUMENTED, WITHOUT_SOURCE
from jobs.contracts.access import ACCESS, SPARK_JOBS, SPARK_KINDS, Access, Folder, JobKind
from jobs.contracts.engines import Engine
from jobs.contracts.pipeline import pipeline_names
from jobs.contracts.tables import Zone
from stacks.synth import add_environment, new_app
from tests.stacks.conftest import Templates, templates_in
from tests.stacks.permissions import Permissions, job_permissions
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
    "elasticmapreduce:ListClusters",
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
                patterns = {arn for arn in listed(statement["Resource"]) if "*" in resolved(arn)}
                assert patterns <= set(PlatformNames.of(ENVIRONMENTS[name]).job_role_patterns(JobKind))


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_every_role_has_a_literal_name_and_no_inline_policy(name: str, environments: dict[str, Templates]) -> None:
    names = PlatformNames.of(ENVIRONMENTS[name])
    for template in environments[name].values():
        for role in resources(template, "AWS::IAM::Role"):
            assert role["RoleName"].startswith(names.prefix)
            assert "Policies" not in role
        assert not resources(template, "AWS::IAM::Policy")


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_no_role_reaches_another_zone_than_its_contract_says(name: str, environments: dict[str, Templates]) -> None:
    for _, kind, permissions in job_permissions(PlatformNames.of(ENVIRONMENTS[name]), environments[name]):
        access = ACCESS[kind]
        assert permissions.zones("s3:GetObject") == set(access.readable), kind
        assert permissions.zones("s3:PutObject") == set(access.writes), kind
        assert permissions.zones("s3:ListBucket") == {*access.readable, *access.zones}, kind
        assert permissions.folders("s3:GetObject") == {str(folder) for folder in access.readable_folders}, kind
        assert permissions.folders("s3:PutObject") - {Folder.SERVERLESS_LOGS} == set(access.writes_folders), kind
        # Containers are given files; only Spark knows tables.
        tables = access if kind in SPARK_KINDS else Access()
        assert permissions.databases("glue:GetTable") == permissions.databases_of(tables.readable), kind
        assert permissions.databases("glue:UpdateTable") == permissions.databases_of(tables.writes), kind
        assert permissions.zones("s3:DeleteObject") <= set(access.writes), kind


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_the_lake_s_key_opens_only_the_buckets_of_a_role_s_zones(name: str, environments: dict[str, Templates]) -> None:
    names = PlatformNames.of(ENVIRONMENTS[name])
    for _, kind, permissions in job_permissions(names, environments[name]):
        for statement in permissions.granting("kms:Decrypt"):
            condition = statement["Condition"]["StringEquals"]
            if condition["kms:ViaService"] == f"secretsmanager.{names.region}.amazonaws.com":
                # The key of tracking, with which training reads its secret.
                assert kind is JobKind.TRAIN
                continue
            if condition["kms:ViaService"] == f"glue.{names.region}.amazonaws.com":
                assert kind in SPARK_KINDS
                assert ENVIRONMENTS[name].lake.encrypt_catalog
                continue
            assert condition["kms:ViaService"] == f"s3.{names.region}.amazonaws.com"
            assert condition["kms:EncryptionContext:aws:s3:arn"] == names.bucket_arns(ACCESS[kind].zones)


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_emr_s_service_role_is_a_full_user_of_the_key_of_volumes(name: str, environments: dict[str, Templates]) -> None:
    names, compute = PlatformNames.of(ENVIRONMENTS[name]), environments[name]["compute"]
    permissions = Permissions(names, compute, names.role(RolePurpose.EMR_SERVICE))
    for action in ("kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo"):
        (statement,) = permissions.granting(action)
        assert statement["Condition"] == {"StringEquals": {"kms:ViaService": f"ec2.{names.region}.amazonaws.com"}}
    (grants,) = permissions.granting("kms:CreateGrant")
    assert grants["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_a_cluster_is_started_with_its_tags(name: str, environments: dict[str, Templates]) -> None:
    names, orchestration = PlatformNames.of(ENVIRONMENTS[name]), environments[name]["orchestration"]
    permissions = Permissions(names, orchestration, names.role(RolePurpose.AIRFLOW_JOBS))
    tagged = {"StringEquals": {"aws:RequestTag/platform": names.prefix}}
    conditions = [each["Condition"] for each in permissions.granting("elasticmapreduce:AddTags")]
    assert conditions == ([tagged] if ENVIRONMENTS[name].spark.mode == "transient" else [])


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_airflow_may_look_for_the_inputs_of_jobs(name: str, environments: dict[str, Templates]) -> None:
    names, orchestration = PlatformNames.of(ENVIRONMENTS[name]), environments[name]["orchestration"]
    permissions = Permissions(names, orchestration, names.role(RolePurpose.AIRFLOW_JOBS))
    (lists,) = permissions.granting("s3:ListBucket")
    assert lists["Resource"] == names.bucket_arns([Zone.ARTIFACTS])[0]
    assert "Condition" not in lists, "the provider's request for the bucket has no prefix"
    assert permissions.folders("s3:GetObject") == {Folder.DATASETS, Folder.EVALUATIONS, Folder.MODELS}


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_training_reads_the_one_secret_its_request_names(name: str, environments: dict[str, Templates]) -> None:
    names = PlatformNames.of(ENVIRONMENTS[name])
    secret = names.arn("secretsmanager", f"secret:{names.tracking_secret}-??????")
    for _, kind, permissions in job_permissions(names, environments[name]):
        readable = [
            arn
            for statement in permissions.granting("secretsmanager:GetSecretValue")
            for arn in listed(statement["Resource"])
        ]
        assert readable == ([secret] if kind is JobKind.TRAIN else [])


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_nodes_of_clusters_hold_no_data_permissions(name: str, environments: dict[str, Templates]) -> None:
    names, compute = PlatformNames.of(ENVIRONMENTS[name]), environments[name]["compute"]
    permissions = Permissions(names, compute, names.role(RolePurpose.EMR_INSTANCE))
    assert (
        permissions.zones("s3:GetObject") | permissions.zones("s3:PutObject") | permissions.zones("s3:ListBucket")
        == set()
    )
    assert permissions.folders("s3:GetObject") == {Folder.EMR_CERTIFICATES}
    assert permissions.folders("s3:PutObject") == {Folder.EMR_LOGS}
    assert not permissions.granting("glue:GetTable")


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_nodes_take_on_the_roles_of_steps_and_those_trust_only_nodes(
    name: str, environments: dict[str, Templates]
) -> None:
    names, compute = PlatformNames.of(ENVIRONMENTS[name]), environments[name]["compute"]
    (assumes,) = Permissions(names, compute, names.role(RolePurpose.EMR_INSTANCE)).granting("sts:TagSession")
    on_emr = [kind for job, kind in SPARK_JOBS.items() if ENVIRONMENTS[name].engines.by_job[job] is Engine.EMR]
    roles = {(pipeline, kind): names.job_role_arn(pipeline, kind) for pipeline in pipeline_names() for kind in on_emr}
    trusting = set()
    for role in (each for template in environments[name].values() for each in resources(template, "AWS::IAM::Role")):
        for statement in role["AssumeRolePolicyDocument"]["Statement"]:
            if "AWS" in statement["Principal"]:
                # By its ARN in a condition, so that the role can be created again.
                assert statement["Principal"] == {"AWS": f"arn:aws:iam::{names.account}:root"}
                nodes = {"ArnEquals": {"aws:PrincipalArn": names.role_arn(RolePurpose.EMR_INSTANCE)}}
                assert statement["Condition"] == nodes
                assert set(listed(statement["Action"])) == {"sts:AssumeRole", "sts:TagSession"}
                trusting.add(f"arn:aws:iam::{names.account}:role/{role['RoleName']}")
    assert trusting == set(roles.values())
    assert set(listed(assumes["Resource"])) == set(names.job_role_patterns(on_emr))
    every_role = roles_of(environments[name], names)
    assert {arn for arn in every_role if any(matches(each, arn) for each in listed(assumes["Resource"]))} == trusting


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_steps_may_be_added_under_roles_of_jobs_only(name: str, environments: dict[str, Templates]) -> None:
    names, orchestration = PlatformNames.of(ENVIRONMENTS[name]), environments[name]["orchestration"]
    (adds,) = Permissions(names, orchestration, names.role(RolePurpose.AIRFLOW_JOBS)).granting(
        "elasticmapreduce:AddJobFlowSteps"
    )
    allowed = adds["Condition"]["ArnLike"]["elasticmapreduce:ExecutionRoleArn"]
    assert set(names.job_role_patterns([JobKind.INGEST, JobKind.CLEANSE, JobKind.FEATURE])) <= set(allowed)
    assert set(allowed) <= set(names.job_role_patterns(JobKind))


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_every_service_is_trusted_for_this_account_and_its_resources_only(
    name: str, environments: dict[str, Templates]
) -> None:
    config = ENVIRONMENTS[name]
    for template in environments[name].values():
        for role in resources(template, "AWS::IAM::Role"):
            for statement in role["AssumeRolePolicyDocument"]["Statement"]:
                service = statement["Principal"].get("Service")
                if service in (None, *WITHOUT_SOURCE):
                    continue
                condition = statement["Condition"]
                suffix = "IfExists" if service in PARTLY_DOCUMENTED else ""
                account, source = condition[f"StringEquals{suffix}"], condition[f"ArnLike{suffix}"]
                assert account["aws:SourceAccount"] == config.account, role["RoleName"]
                assert f":{config.region}:{config.account}:" in source["aws:SourceArn"], role["RoleName"]


def test_every_role_of_every_stack_has_the_boundary_when_there_is_one(tmp_path: Path) -> None:
    config = replace(DEV, security=SecurityConfig(permissions_boundary="platform-boundary"))
    app = new_app(tmp_path)
    add_environment(app, config)
    app.synth()
    found = {
        (stack, role["RoleName"]): role.get("PermissionsBoundary")
        for stack, template in templates_in(tmp_path, "mlops-dev").items()
        for role in resources(template, "AWS::IAM::Role")
    }
    assert {stack for stack, _ in found} >= {"compute", "network", "orchestration", "tracking"}
    assert any(stack.startswith("pipeline-") for stack, _ in found)
    assert set(found.values()) == {"arn:aws:iam::111111111111:policy/platform-boundary"}


def test_airflow_computes_nothing_so_it_writes_no_data(dev: Templates) -> None:
    actions = {action for _, s in statements(dev["orchestration"]) for action in listed(s["Action"])}
    assert not {"s3:PutObject", "s3:DeleteObject", "glue:UpdateTable"} & actions

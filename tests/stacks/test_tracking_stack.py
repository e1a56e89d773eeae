import json
from typing import Any

import pytest

from infra.environments import DEV, ENVIRONMENTS, PROD, STAGING
from infra.names import PlatformNames, RolePurpose
from infra.tracking.tasks import server_command
from tests.stacks.conftest import Templates
from tests.stacks.templates import listed, only, resolved, resources, statements

NAMES = PlatformNames.of(DEV)


@pytest.fixture
def prod(environments: dict[str, Templates]) -> dict[str, Any]:
    return environments["prod"]["tracking"]


def tasks(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The task definitions by what they are for."""
    found = resources(template, "AWS::ECS::TaskDefinition")
    return {task["Family"].removeprefix(f"{NAMES.prefix}-"): task for task in found}


def container(task: dict[str, Any]) -> dict[str, Any]:
    (found,) = task["ContainerDefinitions"]
    return dict(found)


def test_the_command_is_the_one_that_is_rendered_from_the_settings(dev: Templates) -> None:
    server = container(tasks(dev["tracking"])["tracking"])
    assert server["Command"] == server_command(DEV.tracking, NAMES)
    assert server["Command"][server["Command"].index("--allowed-hosts") + 1] == DEV.tracking.host


def test_mlflow_answers_to_its_private_name_only(dev: Templates) -> None:
    assert only(dev["tracking"], "AWS::Route53::HostedZone")["Name"] == f"{DEV.tracking.host}."
    assert only(dev["tracking"], "AWS::ElasticLoadBalancingV2::LoadBalancer")["Scheme"] == "internal"


def test_containers_hold_no_plain_variable_and_cannot_change_themselves(dev: Templates) -> None:
    found = tasks(dev["tracking"])
    assert set(found) == {"tracking", "tracking-migrate", "tracking-set-admin", "tracking-set-jobs"}
    for task in found.values():
        one = container(task)
        assert "Environment" not in one
        assert {"PGHOST", "PGUSER", "PGPASSWORD"} < {item["Name"] for item in one["Secrets"]}
        assert (one["User"], one["ReadonlyRootFilesystem"]) == ("1000", True)
        assert one["LinuxParameters"] == {"Capabilities": {}, "InitProcessEnabled": True}
        assert one["StopTimeout"] == 60
        assert task["RuntimePlatform"]["CpuArchitecture"] == "ARM64"
        assert (task["Cpu"], task["Memory"]) == (str(DEV.tracking.cpu), str(DEV.tracking.memory_mib))


def test_one_off_tasks_have_no_credentials_and_the_server_no_password_of_an_account(dev: Templates) -> None:
    found = tasks(dev["tracking"])
    assert [name for name, task in found.items() if "TaskRoleArn" in task] == ["tracking"]
    server = {item["Name"] for item in container(found["tracking"])["Secrets"]}
    assert server == {"PGHOST", "PGUSER", "PGPASSWORD", "MLFLOW_FLASK_SERVER_SECRET_KEY"}


def test_servers_wait_for_the_migration_and_a_new_image_runs_it_again(dev: Templates) -> None:
    template = dev["tracking"]["Resources"]
    (migration,) = [name for name, each in template.items() if each["Type"] == "Custom::TrackingMigration"]
    (service,) = [each for each in template.values() if each["Type"] == "AWS::ECS::Service"]
    assert migration in service["DependsOn"]
    revision = template[migration]["Properties"]["TaskDefinition"]["Ref"]
    assert template[revision]["Properties"]["Family"] == NAMES.resource("tracking-migrate")
    assert template[migration]["Properties"]["ServiceTimeout"] == "900"


def test_a_release_that_fails_is_rolled_back(dev: Templates) -> None:
    service = only(dev["tracking"], "AWS::ECS::Service")
    assert service["DeploymentConfiguration"]["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
    assert service["AvailabilityZoneRebalancing"] == "ENABLED"


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_load_moves_the_number_of_tasks_and_a_deployment_leaves_it(
    name: str, environments: dict[str, Templates]
) -> None:
    template, config = environments[name]["tracking"], ENVIRONMENTS[name].tracking
    target = only(template, "AWS::ApplicationAutoScaling::ScalableTarget")
    assert (target["MinCapacity"], target["MaxCapacity"]) == (config.tasks, config.maximum_tasks)
    assert "DesiredCount" not in only(template, "AWS::ECS::Service")


def test_more_than_one_zone_serves_outside_development(environments: dict[str, Templates]) -> None:
    for config in (STAGING, PROD):
        template = environments[config.environment]["tracking"]
        assert config.tracking.tasks >= 2
        assert only(template, "AWS::RDS::DBInstance")["MultiAZ"] is True
        subnets = only(template, "AWS::ECS::Service")["NetworkConfiguration"]["AwsvpcConfiguration"]["Subnets"]
        assert len(subnets) == len(config.network.availability_zones)


def test_outside_development_the_only_listener_is_https_of_today(environments: dict[str, Templates]) -> None:
    for config in (STAGING, PROD):
        template = environments[config.environment]["tracking"]
        listener = only(template, "AWS::ElasticLoadBalancingV2::Listener")
        assert (listener["Port"], listener["Protocol"]) == (443, "HTTPS")
        assert listener["SslPolicy"].startswith("ELBSecurityPolicy-TLS13-1-2-Res")
        assert listener["Certificates"] == [{"CertificateArn": config.tracking.certificate_arn}]


def test_the_second_hop_is_encrypted_too(dev: Templates) -> None:
    targets = only(dev["tracking"], "AWS::ElasticLoadBalancingV2::TargetGroup")
    assert (targets["Protocol"], targets["HealthCheckProtocol"], targets["HealthCheckPath"]) == (
        "HTTPS",
        "HTTPS",
        "/health",
    )


def test_the_balancer_is_protected_logged_and_behind_a_firewall(prod: dict[str, Any]) -> None:
    balancer = only(prod, "AWS::ElasticLoadBalancingV2::LoadBalancer")
    attributes = {item["Key"]: item["Value"] for item in balancer["LoadBalancerAttributes"]}
    assert attributes["deletion_protection.enabled"] == "true"
    assert attributes["access_logs.s3.enabled"] == "true"
    assert attributes["routing.http.drop_invalid_header_fields.enabled"] == "true"
    assert attributes["routing.http.desync_mitigation_mode"] == "strictest"
    (logical_id,) = [
        name for name, item in prod["Resources"].items() if item["Type"] == "AWS::ElasticLoadBalancingV2::LoadBalancer"
    ]
    assert only(prod, "AWS::WAFv2::WebACLAssociation")["ResourceArn"] == {"Ref": logical_id}


def test_the_firewall_takes_no_body_for_a_form_and_keeps_no_password(prod: dict[str, Any]) -> None:
    rules = only(prod, "AWS::WAFv2::WebACL")["Rules"]
    common = rules[0]["Statement"]["ManagedRuleGroupStatement"]
    counted = {each["Name"] for each in common["RuleActionOverrides"]}
    assert {"SizeRestrictions_BODY", "CrossSiteScripting_BODY"} < counted
    assert all("Samp" in key and not value for rule in rules for key, value in sampled(rule).items())
    assert only(prod, "AWS::WAFv2::LoggingConfiguration")["RedactedFields"] == [
        {"SingleHeader": {"Name": "authorization"}}
    ]


def sampled(rule: dict[str, Any]) -> dict[str, Any]:
    visibility = rule["VisibilityConfig"]
    return {key: value for key, value in visibility.items() if key == "SampledRequestsEnabled"}


def test_the_database_is_private_encrypted_and_takes_tls_only(dev: Templates) -> None:
    database = only(dev["tracking"], "AWS::RDS::DBInstance")
    assert database["StorageEncrypted"] is True
    assert database["PubliclyAccessible"] is False
    assert database["ManageMasterUserPassword"] is True
    assert database["DBInstanceClass"] == f"db.{DEV.tracking.database_class}"
    assert database["EnablePerformanceInsights"] is True
    assert resolved(database["PerformanceInsightsKMSKeyId"]) == "token"
    parameters = only(dev["tracking"], "AWS::RDS::DBParameterGroup")["Parameters"]
    assert parameters["rds.force_ssl"] == "1"
    assert (parameters["log_connections"], parameters["log_statement"]) == ("1", "ddl")


def test_what_holds_state_outlives_the_stack_and_is_backed_up_apart(prod: dict[str, Any]) -> None:
    found = {item["Type"]: item for item in prod["Resources"].values()}
    groups = ("AWS::RDS::DBSubnetGroup", "AWS::RDS::DBParameterGroup")
    for kind in ("AWS::RDS::DBInstance", "AWS::Backup::BackupVault", *groups):
        assert (found[kind]["DeletionPolicy"], found[kind]["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert only(prod, "AWS::RDS::DBInstance")["DeletionProtection"] is True
    assert only(prod, "AWS::RDS::DBInstance")["BackupRetentionPeriod"] == PROD.retention.backup_days
    (rule,) = only(prod, "AWS::Backup::BackupPlan")["BackupPlan"]["BackupPlanRule"]
    assert rule["Lifecycle"] == {"DeleteAfterDays": PROD.retention.backup_days}
    assert len(only(prod, "AWS::Backup::BackupSelection")["BackupSelection"]["Resources"]) == 1
    (statement,) = only(prod, "AWS::Backup::BackupVault")["AccessPolicy"]["Statement"]
    assert (statement["Effect"], "backup:DeleteRecoveryPoint" in listed(statement["Action"])) == ("Deny", True)


def test_every_secret_is_generated_encrypted_and_rotated_after_its_account_exists(dev: Templates) -> None:
    template = dev["tracking"]["Resources"]
    secrets = {name: each for name, each in template.items() if each["Type"] == "AWS::SecretsManager::Secret"}
    schedules = [each for each in template.values() if each["Type"] == "AWS::SecretsManager::RotationSchedule"]
    assert {each["Properties"]["SecretId"]["Ref"] for each in schedules} == set(secrets)
    assert len(secrets) == 3
    for secret in secrets.values():
        assert secret["Properties"]["KmsKeyId"]
        assert secret["Properties"]["GenerateSecretString"]["PasswordLength"] == 40
    for schedule in schedules:
        assert schedule["Properties"]["RotateImmediatelyOnUpdate"] is False
        assert schedule["Properties"]["RotationRules"] == {"AutomaticallyAfterDays": DEV.tracking.password_days}
        assert [name for name in schedule["DependsOn"] if template[name]["Type"] == "Custom::TrackingMigration"]


def test_the_function_stands_outside_the_vpc_and_passes_one_role(dev: Templates) -> None:
    function = only(dev["tracking"], "AWS::Lambda::Function")
    assert "VpcConfig" not in function
    assert function["DeadLetterConfig"]
    assert "ReservedConcurrentExecutions" not in function
    passed = [
        statement["Resource"]
        for _, statement in statements(dev["tracking"])
        if "iam:PassRole" in listed(statement["Action"])
    ]
    assert passed == [NAMES.role_arn(RolePurpose.TRACKING_EXECUTION)]
    assert only(dev["tracking"], "AWS::Lambda::Permission")["SourceAccount"] == DEV.account


def test_logs_are_encrypted_with_the_key_that_lets_cloudwatch_use_it(dev: Templates) -> None:
    (parameter,) = [
        name
        for name, each in dev["tracking"]["Parameters"].items()
        if each.get("Default") == NAMES.parameter("keys/logs")
    ]
    groups = resources(dev["tracking"], "AWS::Logs::LogGroup")
    assert len(groups) == 5
    assert {json.dumps(group["KmsKeyId"]) for group in groups} == {json.dumps({"Ref": parameter})}

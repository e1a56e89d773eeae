from infra.environments import DEV
from infra.names import PlatformNames
from infra.tracking.server import server_command
from tests.stacks.conftest import Templates
from tests.stacks.templates import only, resolved

NAMES = PlatformNames.of(DEV)


def container(dev: Templates) -> dict[str, object]:
    (found,) = only(dev["tracking"], "AWS::ECS::TaskDefinition")["ContainerDefinitions"]
    return dict(found)


def test_the_command_is_the_one_that_is_rendered_from_the_settings(dev: Templates) -> None:
    command = container(dev)["Command"]
    assert isinstance(command, list)
    rendered = [resolved(word) for word in command]
    assert rendered == server_command(DEV.tracking, NAMES, "token")


def test_mlflow_answers_to_its_private_name_only(dev: Templates) -> None:
    command = server_command(DEV.tracking, NAMES, "db")
    assert command[command.index("--allowed-hosts") + 1] == DEV.tracking.host
    assert only(dev["tracking"], "AWS::Route53::HostedZone")["Name"] == f"{DEV.tracking.host}."
    assert only(dev["tracking"], "AWS::ElasticLoadBalancingV2::LoadBalancer")["Scheme"] == "internal"


def test_the_container_holds_no_secret_and_cannot_change_itself(dev: Templates) -> None:
    found = container(dev)
    assert "Environment" not in found
    assert {item["Name"] for item in found["Secrets"]} == {"PGUSER", "PGPASSWORD"}  # type: ignore[attr-defined]
    assert found["User"] == "1000"
    assert found["ReadonlyRootFilesystem"] is True


def test_the_task_is_arm64_of_the_configured_size(dev: Templates) -> None:
    task = only(dev["tracking"], "AWS::ECS::TaskDefinition")
    assert task["RuntimePlatform"]["CpuArchitecture"] == "ARM64"
    assert (task["Cpu"], task["Memory"]) == (str(DEV.tracking.cpu), str(DEV.tracking.memory_mib))


def test_a_release_that_fails_is_rolled_back(dev: Templates) -> None:
    deployment = only(dev["tracking"], "AWS::ECS::Service")["DeploymentConfiguration"]
    assert deployment["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}


def test_the_database_is_private_encrypted_and_takes_tls_only(dev: Templates) -> None:
    database = only(dev["tracking"], "AWS::RDS::DBInstance")
    assert database["StorageEncrypted"] is True
    assert database["PubliclyAccessible"] is False
    assert database["ManageMasterUserPassword"] is True
    assert database["DBInstanceClass"] == f"db.{DEV.tracking.database_class}"
    assert only(dev["tracking"], "AWS::RDS::DBParameterGroup")["Parameters"] == {"rds.force_ssl": "1"}

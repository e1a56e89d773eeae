"""ECS task definitions of MLflow on arm64 Fargate: server, migration, and one task per account for its rotation."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.config.service_config import TrackingConfig
from infra.names import PlatformNames
from infra.network.rules import TRACKING_PORT
from infra.tracking.database import TrackingDatabase
from infra.tracking.idle import TASK_SECONDS
from infra.tracking.roles import TrackingRoles
from infra.tracking.secrets import TrackingSecrets
from jobs.contracts.access import Folder
from jobs.contracts.tables import Zone

_IMAGE = Path(__file__).with_name("image")
_HEALTH = f"https://localhost:{TRACKING_PORT}/health"
_DATABASE_URI = "postgresql+psycopg2:///mlflow"


def server_command(config: TrackingConfig, names: PlatformNames) -> list[str]:
    """The command of the server; libpq reads database host and credentials from the PG* variables."""
    return [
        *("python", "-m", "tracking_tasks.over_tls"),
        *("mlflow", "server", "--host", "0.0.0.0", "--port", str(TRACKING_PORT)),  # noqa: S104 - inside its container
        *("--backend-store-uri", _DATABASE_URI),
        *("--artifacts-destination", names.uri(Zone.ARTIFACTS, Folder.MLFLOW)),
        *("--app-name", "basic-auth"),
        *("--allowed-hosts", config.host),
        *("--workers", "2"),
        # The last argument, which `over_tls` extends.
        *("--uvicorn-opts", f"--timeout-keep-alive {TASK_SECONDS}"),
    ]


def migration_family(names: PlatformNames) -> str:
    """The family of the task that migrates the database."""
    return names.resource("tracking-migrate")


def account_family(names: PlatformNames, kind: str) -> str:
    """The family of the task that sets the pending password of an account."""
    return names.resource(f"tracking-set-{kind.lower()}")


@dataclass(frozen=True, kw_only=True)
class TaskParts:
    """The dependencies of every task definition."""

    names: PlatformNames
    config: TrackingConfig
    database: TrackingDatabase
    secrets: TrackingSecrets
    roles: TrackingRoles
    log_group: logs.ILogGroup


class TrackingTasks(Construct):
    """The ECS cluster and the task definitions; ECS reads the secrets, and the image contains all fixed settings."""

    def __init__(self, scope: Construct, construct_id: str, *, parts: TaskParts, vpc: ec2.IVpc) -> None:
        super().__init__(scope, construct_id)
        self._parts = parts
        self.cluster = ecs.Cluster(
            self,
            "Cluster",
            cluster_name=parts.names.resource("tracking"),
            vpc=vpc,
            container_insights_v2=ecs.ContainerInsights.ENABLED,
        )
        asset = ecr_assets.DockerImageAsset(
            self, "Image", directory=str(_IMAGE), platform=ecr_assets.Platform.LINUX_ARM64, exclude=["**/__pycache__"]
        )
        self._image = ecs.ContainerImage.from_docker_image_asset(asset)
        accounts, names = parts.secrets.accounts, parts.names
        self.server = self._server()
        self.migrate = self._one_off(
            "Migrate", migration_family(names), ["tracking_tasks.migrate"], _variables(accounts, "AWSCURRENT")
        )
        for kind, secret in accounts.items():
            command, pending = ["tracking_tasks.set_account", kind], _variables({kind: secret}, "AWSPENDING")
            self._one_off(f"Set{kind.title()}", account_family(names, kind), command, pending)

    def _server(self) -> ecs.FargateTaskDefinition:
        parts = self._parts
        task = self._task("Server", parts.names.resource("tracking"))
        session = ecs.Secret.from_secrets_manager(parts.secrets.session, "password")
        container = self._container(
            task,
            "mlflow",
            server_command(parts.config, parts.names),
            {"MLFLOW_FLASK_SERVER_SECRET_KEY": session},
            # A small task needs minutes to import MLflow in two processes.
            ecs.HealthCheck(
                command=["CMD", "python", "-m", "tracking_tasks.healthy", _HEALTH],
                start_period=Duration.minutes(5),
                timeout=Duration.seconds(15),
            ),
        )
        container.add_port_mappings(ecs.PortMapping(container_port=TRACKING_PORT))
        return task

    def _one_off(
        self, construct_id: str, family: str, command: list[str], variables: Mapping[str, ecs.Secret]
    ) -> ecs.FargateTaskDefinition:
        task = self._task(construct_id, family)
        # The task calls no AWS service, so it needs no task role.
        task.node.find_child("Resource").add_property_deletion_override("TaskRoleArn")  # type: ignore[attr-defined]
        self._container(task, construct_id.lower(), ["python", "-m", *command], variables)
        return task

    def _task(self, construct_id: str, family: str) -> ecs.FargateTaskDefinition:
        parts = self._parts
        task = ecs.FargateTaskDefinition(
            self,
            construct_id,
            family=family,
            cpu=parts.config.cpu,
            memory_limit_mib=parts.config.memory_mib,
            runtime_platform=ecs.RuntimePlatform(
                cpu_architecture=ecs.CpuArchitecture.ARM64, operating_system_family=ecs.OperatingSystemFamily.LINUX
            ),
            task_role=parts.roles.task.role.without_policy_updates(),
            execution_role=parts.roles.execution.role.without_policy_updates(),
            volumes=[ecs.Volume(name="tmp")],
        )
        task.node.add_dependency(parts.roles)
        return task

    def _container(
        self,
        task: ecs.FargateTaskDefinition,
        name: str,
        command: list[str],
        variables: Mapping[str, ecs.Secret],
        health_check: ecs.HealthCheck | None = None,
    ) -> ecs.ContainerDefinition:
        database = self._parts.database
        container = task.add_container(
            name,
            image=self._image,
            command=command,
            secrets={
                "PGHOST": ecs.Secret.from_ssm_parameter(database.host),
                "PGUSER": ecs.Secret.from_secrets_manager(database.secret, "username"),
                "PGPASSWORD": ecs.Secret.from_secrets_manager(database.secret, "password"),
                **variables,
            },
            user="1000",
            readonly_root_filesystem=True,
            # The init process reaps zombie processes and forwards signals.
            linux_parameters=ecs.LinuxParameters(task, f"{name}-init", init_process_enabled=True),
            stop_timeout=Duration.seconds(60),
            logging=ecs.LogDrivers.aws_logs(stream_prefix=name, log_group=self._parts.log_group),
            health_check=health_check,
        )
        container.add_mount_points(ecs.MountPoint(container_path="/tmp", source_volume="tmp", read_only=False))  # noqa: S108
        return container


def _variables(accounts: Mapping[str, secretsmanager.ISecret], stage: str) -> dict[str, ecs.Secret]:
    """User and password of accounts, as `tracking_tasks.accounts` reads them; `stage` is the version of the secret."""
    version = ecs.SecretVersionInfo(version_stage=stage)
    return {
        f"{kind}_{field.upper()}": ecs.Secret.from_secrets_manager_version(secret, version, field)
        for kind, secret in accounts.items()
        for field in ("username", "password")
    }

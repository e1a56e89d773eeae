"""MLflow's tracking server: arm64 Fargate tasks behind an internal load balancer."""

from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.config.service_config import TrackingConfig
from infra.names import PlatformNames
from infra.network.rules import DATABASE_PORT, TRACKING_PORT
from infra.tracking.balancer import TrackingBalancer, TrackingNetwork
from infra.tracking.database import DATABASE
from infra.tracking.roles import TrackingRoles
from jobs.contracts.tables import Zone

_IMAGE = Path(__file__).with_name("image")
_PROBE = f"import urllib.request as r; r.urlopen('http://localhost:{TRACKING_PORT}/health', timeout=4)"


def server_command(config: TrackingConfig, names: PlatformNames, database_host: str) -> list[str]:
    """The command of the container; user and password come as PGUSER and PGPASSWORD, which libpq reads itself."""
    return [
        *("mlflow", "server", "--host", "0.0.0.0", "--port", str(TRACKING_PORT)),  # noqa: S104 - inside its container
        *("--backend-store-uri", f"postgresql://{database_host}:{DATABASE_PORT}/{DATABASE}?sslmode=require"),
        *("--artifacts-destination", names.uri(Zone.ARTIFACTS, "mlflow")),
        *("--allowed-hosts", config.host),
        *("--workers", "2"),
    ]


class TrackingServer(Construct):
    """MLflow under one name that resolves inside the VPC only."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        config: TrackingConfig,
        network: TrackingNetwork,
        database: rds.DatabaseInstance,
        log_group: logs.ILogGroup,
        key: kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        roles = TrackingRoles(
            self,
            "Roles",
            names=names,
            secret_arn=_secret(database).secret_arn,
            log_group=log_group,
            key_arn=key.key_arn,
        )
        command = server_command(config, names, database.db_instance_endpoint_address)
        task = _task(self, names, config, roles)
        _container(task, command, database, log_group)
        self.service = _service(self, names, config, network, task)
        self.balancer = TrackingBalancer(
            self,
            "Balancer",
            names=names,
            config=config,
            network=network,
            service=self.service,
        )


def _task(
    scope: Construct, names: PlatformNames, config: TrackingConfig, roles: TrackingRoles
) -> ecs.FargateTaskDefinition:
    return ecs.FargateTaskDefinition(
        scope,
        "Task",
        family=names.resource("tracking"),
        cpu=config.cpu,
        memory_limit_mib=config.memory_mib,
        runtime_platform=ecs.RuntimePlatform(
            cpu_architecture=ecs.CpuArchitecture.ARM64, operating_system_family=ecs.OperatingSystemFamily.LINUX
        ),
        task_role=roles.task.role.without_policy_updates(),
        execution_role=roles.execution.role.without_policy_updates(),
        volumes=[ecs.Volume(name="tmp")],
    )


def _container(
    task: ecs.FargateTaskDefinition, command: list[str], database: rds.DatabaseInstance, log_group: logs.ILogGroup
) -> None:
    image = ecr_assets.DockerImageAsset(task, "Image", directory=str(_IMAGE), platform=ecr_assets.Platform.LINUX_ARM64)
    secret = _secret(database)
    container = task.add_container(
        "mlflow",
        image=ecs.ContainerImage.from_docker_image_asset(image),
        command=command,
        secrets={
            "PGUSER": ecs.Secret.from_secrets_manager(secret, "username"),
            "PGPASSWORD": ecs.Secret.from_secrets_manager(secret, "password"),
        },
        user="1000",
        readonly_root_filesystem=True,
        port_mappings=[ecs.PortMapping(container_port=TRACKING_PORT)],
        logging=ecs.LogDrivers.aws_logs(stream_prefix="mlflow", log_group=log_group),
        # The image has no curl.
        health_check=ecs.HealthCheck(command=["CMD", "python", "-c", _PROBE], start_period=Duration.seconds(90)),
    )
    container.add_mount_points(ecs.MountPoint(container_path="/tmp", source_volume="tmp", read_only=False))  # noqa: S108


def _service(
    scope: Construct,
    names: PlatformNames,
    config: TrackingConfig,
    network: TrackingNetwork,
    task: ecs.FargateTaskDefinition,
) -> ecs.FargateService:
    cluster = ecs.Cluster(
        scope,
        "Cluster",
        cluster_name=names.resource("tracking"),
        vpc=network.vpc,
        container_insights_v2=ecs.ContainerInsights.ENABLED,
    )
    return ecs.FargateService(
        scope,
        "Service",
        service_name=names.resource("tracking"),
        cluster=cluster,
        task_definition=task,
        desired_count=config.tasks,
        min_healthy_percent=100,
        max_healthy_percent=200,
        circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
        health_check_grace_period=Duration.minutes(3),
        assign_public_ip=False,
        security_groups=[network.tasks],
        vpc_subnets=network.selection,
        platform_version=ecs.FargatePlatformVersion.LATEST,
    )


def _secret(database: rds.DatabaseInstance) -> secretsmanager.ISecret:
    if database.secret is None:
        raise TypeError(f"{database.node.path}: has no password managed by RDS")
    return database.secret

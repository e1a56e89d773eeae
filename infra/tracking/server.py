"""MLflow's tracking server: arm64 Fargate tasks in every zone behind an internal load balancer."""

from aws_cdk import Duration
from aws_cdk import aws_ecs as ecs
from constructs import Construct, IDependable

from infra.config.service_config import RetentionConfig, TrackingConfig
from infra.names import PlatformNames
from infra.tracking.balancer import TrackingBalancer, TrackingNetwork
from infra.tracking.tasks import TrackingTasks

#: Half of a task's CPU remains for a burst of trials while another task starts.
_CPU_PERCENT = 50


class TrackingServer(Construct):
    """The MLflow service with a private DNS name; a deployment starts after `waits_for`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        config: TrackingConfig,
        retention: RetentionConfig,
        network: TrackingNetwork,
        tasks: TrackingTasks,
        waits_for: IDependable,
    ) -> None:
        super().__init__(scope, construct_id)
        self.service = _service(self, names, network, tasks)
        self.service.node.add_dependency(waits_for)
        self.balancer = TrackingBalancer(
            self,
            "Balancer",
            names=names,
            config=config,
            retention=retention,
            network=network,
            service=self.service,
        )
        # Only auto scaling sets the number of tasks; a deployment that set it would undo the scaling.
        scaling = self.service.auto_scale_task_count(min_capacity=config.tasks, max_capacity=config.maximum_tasks)
        scaling.scale_on_cpu_utilization(
            "Cpu", target_utilization_percent=_CPU_PERCENT, scale_in_cooldown=Duration.minutes(5)
        )


def _service(
    scope: Construct,
    names: PlatformNames,
    network: TrackingNetwork,
    tasks: TrackingTasks,
) -> ecs.FargateService:
    return ecs.FargateService(
        scope,
        "Service",
        service_name=names.resource("tracking"),
        cluster=tasks.cluster,
        task_definition=tasks.server,
        min_healthy_percent=100,
        max_healthy_percent=200,
        circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
        health_check_grace_period=Duration.minutes(5),
        # Spread tasks over the zones again after the outage of a zone.
        availability_zone_rebalancing=ecs.AvailabilityZoneRebalancing.ENABLED,
        assign_public_ip=False,
        security_groups=[network.tasks],
        vpc_subnets=network.selection,
        platform_version=ecs.FargatePlatformVersion.LATEST,
    )

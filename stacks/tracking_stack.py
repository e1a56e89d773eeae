"""Tracking: MLflow and its database."""

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.log_group import log_group
from infra.network.placement import Group
from infra.security.keys import DataClass
from infra.tracking.balancer import TrackingNetwork
from infra.tracking.database import TrackingDatabase
from infra.tracking.server import TrackingServer
from stacks.base_stack import PlatformStack


class TrackingStack(PlatformStack):
    """The experiment tracker and model registry."""

    def __init__(self, scope: Construct, *, config: PlatformConfig) -> None:
        super().__init__(scope, "tracking", config=config, description="MLflow and its database", is_stateful=True)
        key, vpc = self.key(DataClass.TRACKING), self.vpc()
        database = TrackingDatabase(
            self,
            "Database",
            names=self.names,
            config=config.tracking,
            retention=config.retention,
            vpc=vpc,
            subnets=vpc.isolated_subnets,
            security_group=self.security_group(Group.DATABASE),
            key=key,
        )
        logs = log_group(self, "Logs", name=f"/{self.names.prefix}/tracking", days=config.retention.log_days, key=key)
        server = TrackingServer(
            self,
            "Server",
            names=self.names,
            config=config.tracking,
            network=TrackingNetwork(
                vpc=vpc,
                subnets=vpc.isolated_subnets,
                balancer=self.security_group(Group.BALANCER),
                tasks=self.security_group(Group.TRACKING),
            ),
            database=database.instance,
            log_group=logs,
            key=key,
        )
        server.service.node.add_dependency(database)
        balancer = server.balancer
        self.publish("tracking/balancer", balancer.balancer.load_balancer_full_name)
        self.publish("tracking/targets", balancer.targets.target_group_full_name)

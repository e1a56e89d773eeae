"""Tracking: MLflow and its database."""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.log_group import log_group
from infra.tracking.balancer import TrackingNetwork
from infra.tracking.database import TrackingDatabase
from infra.tracking.server import TrackingServer
from stacks.base_stack import PlatformStack
from stacks.data_stack import DataStack
from stacks.network_stack import NetworkStack


class TrackingStack(PlatformStack):
    """The experiment tracker and model registry."""

    def __init__(self, scope: Construct, *, config: PlatformConfig, network: NetworkStack, data: DataStack) -> None:
        super().__init__(scope, "tracking", config=config, description="MLflow and its database", is_stateful=True)
        key = kms.Key.from_key_arn(self, "Key", data.key.key_arn)
        groups = network.security_groups
        database = TrackingDatabase(
            self,
            "Database",
            names=self.names,
            config=config.tracking,
            retention=config.retention,
            vpc=network.vpc,
            subnets=network.subnets,
            security_group=self._fixed("DatabaseGroup", groups.database),
            key=key,
        )
        logs = log_group(self, "Logs", name=f"/{self.names.prefix}/tracking", days=config.retention.log_days, key=key)
        server = TrackingServer(
            self,
            "Server",
            names=self.names,
            config=config.tracking,
            network=TrackingNetwork(
                vpc=network.vpc,
                subnets=network.subnets,
                balancer=self._fixed("BalancerGroup", groups.balancer),
                tasks=self._fixed("TasksGroup", groups.tracking),
            ),
            database=database.instance,
            access_logs=data.buckets.logs,
            log_group=logs,
            key=key,
        )
        server.service.node.add_dependency(database)
        self.database, self.server = database.instance, server

    def _fixed(self, construct_id: str, group: ec2.ISecurityGroup) -> ec2.ISecurityGroup:
        """The group without the right to add rules: all rules are written in infra/network/security_groups.py."""
        return ec2.SecurityGroup.from_security_group_id(self, construct_id, group.security_group_id, mutable=False)

"""Tracking: MLflow and its database."""

from constructs import Construct

from infra.config.platform_config import PlatformConfig
from infra.log_group import log_group
from infra.network.placement import Group
from infra.security.keys import DataClass
from infra.tracking.backup import TrackingBackup
from infra.tracking.balancer import TrackingNetwork
from infra.tracking.database import TrackingDatabase
from infra.tracking.firewall import TrackingFirewall
from infra.tracking.operations import OperationsFunction, TrackingOperations
from infra.tracking.roles import TrackingRoles
from infra.tracking.secrets import TrackingSecrets
from infra.tracking.server import TrackingServer
from infra.tracking.tasks import TaskParts, TrackingTasks
from stacks.base_stack import PlatformStack


class TrackingStack(PlatformStack):
    """The experiment tracker and model registry."""

    def __init__(self, scope: Construct, *, config: PlatformConfig) -> None:
        super().__init__(scope, "tracking", config=config, description="MLflow and its database", is_stateful=True)
        names, retention, vpc = self.names, config.retention, self.vpc()
        used = (DataClass.TRACKING, DataClass.LAKE, DataClass.LOGS, DataClass.ALERTS)
        keys = {data_class: self.key(data_class) for data_class in used}
        key, log_key = keys[DataClass.TRACKING], keys[DataClass.LOGS]
        network = TrackingNetwork(
            vpc=vpc,
            subnets=vpc.isolated_subnets,
            balancer=self.security_group(Group.BALANCER),
            tasks=self.security_group(Group.TRACKING),
        )
        database = TrackingDatabase(
            self,
            "Database",
            names=names,
            config=config.tracking,
            retention=retention,
            vpc=vpc,
            subnets=vpc.isolated_subnets,
            security_group=self.security_group(Group.DATABASE),
            key=key,
            log_key=log_key,
        )
        TrackingBackup(self, "Backup", names=names, retention=retention, database=database.instance, key=key)
        secrets = TrackingSecrets(self, "Secrets", names=names, key=key)
        logs = log_group(self, "Logs", name=names.tracking_log_group, days=retention.log_days, key=log_key)
        roles = TrackingRoles(
            self,
            "Roles",
            names=names,
            secret_arns=[database.secret.secret_arn, *(secret.secret_arn for secret in secrets.all)],
            parameter_arn=database.host.parameter_arn,
            log_group=logs,
            key_arn=key.key_arn,
            lake_key_arn=keys[DataClass.LAKE].key_arn,
        )
        parts = TaskParts(
            names=names, config=config.tracking, database=database, secrets=secrets, roles=roles, log_group=logs
        )
        tasks = TrackingTasks(self, "Tasks", parts=parts, vpc=vpc)
        function = OperationsFunction(
            self, "Operations", names=names, retention=retention, network=network, secrets=secrets, keys=keys
        )
        operations = TrackingOperations(
            self,
            "Operation",
            names=names,
            config=config.tracking,
            function=function,
            tasks=tasks,
            secrets=secrets,
        )
        server = TrackingServer(
            self,
            "Server",
            names=names,
            config=config.tracking,
            retention=retention,
            network=network,
            tasks=tasks,
            waits_for=operations.migration,
        )
        balancer = server.balancer
        TrackingFirewall(
            self, "Firewall", names=names, retention=retention, balancer=balancer.balancer, log_key=log_key
        )
        self.publish("tracking/balancer", balancer.balancer.load_balancer_full_name)
        self.publish("tracking/targets", balancer.targets.target_group_full_name)

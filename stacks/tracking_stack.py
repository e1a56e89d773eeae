"""The tracking stack: MLflow, its database and the tasks that operate both."""

from collections.abc import Mapping

from aws_cdk import aws_kms as kms
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
    """The experiment tracker, the model registry of MLflow and their database."""

    def __init__(self, scope: Construct, *, config: PlatformConfig) -> None:
        super().__init__(scope, "tracking", config=config, description="MLflow and its database", is_stateful=True)
        names, retention, vpc = self.names, config.retention, self.vpc()
        used = (DataClass.TRACKING, DataClass.LAKE, DataClass.LOGS, DataClass.ALERTS)
        keys = {data_class: self.key(data_class) for data_class in used}
        network = TrackingNetwork(
            vpc=vpc,
            subnets=vpc.isolated_subnets,
            balancer=self.security_group(Group.BALANCER),
            tasks=self.security_group(Group.TRACKING),
        )
        database = self._database(network, keys)
        secrets = TrackingSecrets(self, "Secrets", names=names, key=keys[DataClass.TRACKING])
        tasks = TrackingTasks(self, "Tasks", parts=self._task_parts(database, secrets, keys), vpc=vpc)
        function = OperationsFunction(
            self,
            "Operations",
            names=names,
            concurrency=config.tracking.function_concurrency,
            retention=retention,
            network=network,
            secrets=secrets,
            keys=keys,
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
        self._serve(network, tasks, operations)

    def _database(self, network: TrackingNetwork, keys: Mapping[DataClass, kms.IKey]) -> TrackingDatabase:
        names, retention, key = self.names, self.config.retention, keys[DataClass.TRACKING]
        database = TrackingDatabase(
            self,
            "Database",
            names=names,
            config=self.config.tracking,
            retention=retention,
            vpc=network.vpc,
            subnets=network.subnets,
            security_group=self.security_group(Group.DATABASE),
            key=key,
            log_key=keys[DataClass.LOGS],
        )
        TrackingBackup(self, "Backup", names=names, retention=retention, database=database.instance, key=key)
        return database

    def _task_parts(
        self, database: TrackingDatabase, secrets: TrackingSecrets, keys: Mapping[DataClass, kms.IKey]
    ) -> TaskParts:
        names, days = self.names, self.config.retention.log_days
        logs = log_group(self, "Logs", name=names.tracking_log_group, days=days, key=keys[DataClass.LOGS])
        roles = TrackingRoles(
            self,
            "Roles",
            names=names,
            secret_arns=[database.secret.secret_arn, *(secret.secret_arn for secret in secrets.all)],
            parameter_arn=database.host.parameter_arn,
            log_group=logs,
            key_arn=keys[DataClass.TRACKING].key_arn,
            lake_key_arn=keys[DataClass.LAKE].key_arn,
        )
        return TaskParts(
            names=names, config=self.config.tracking, database=database, secrets=secrets, roles=roles, log_group=logs
        )

    def _serve(self, network: TrackingNetwork, tasks: TrackingTasks, operations: TrackingOperations) -> None:
        names, retention = self.names, self.config.retention
        server = TrackingServer(
            self,
            "Server",
            names=names,
            config=self.config.tracking,
            retention=retention,
            network=network,
            tasks=tasks,
            waits_for=operations.migration,
        )
        balancer, targets = server.balancer.balancer, server.balancer.targets
        log_key = self.key(DataClass.LOGS)
        TrackingFirewall(self, "Firewall", names=names, retention=retention, balancer=balancer, log_key=log_key)
        self.publish("tracking/balancer", balancer.load_balancer_full_name)
        self.publish("tracking/targets", targets.target_group_full_name)

"""The PostgreSQL in which MLflow keeps runs and the model registry."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds
from constructs import Construct

from infra.config.service_config import RetentionConfig, TrackingConfig
from infra.log_group import log_group
from infra.names import PlatformNames
from infra.network.rules import DATABASE_PORT
from infra.security.permissions import PlatformRole, acknowledge

DATABASE = "mlflow"
_PARAMETERS = {"rds.force_ssl": "1"}
_LOGS = ("postgresql", "upgrade")
_ENGINE = rds.DatabaseInstanceEngine.postgres(version=rds.PostgresEngineVersion.VER_17_6)


class TrackingDatabase(Construct):
    """An encrypted, private, backed-up PostgreSQL whose password RDS makes and rotates."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        config: TrackingConfig,
        retention: RetentionConfig,
        vpc: ec2.IVpc,
        subnets: Sequence[ec2.ISubnet],
        security_group: ec2.ISecurityGroup,
        key: kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        name = names.resource("tracking")
        # Made here and not by RDS, so that the logs end and are encrypted.
        groups = [
            log_group(self, kind, name=f"/aws/rds/instance/{name}/{kind}", days=retention.log_days, key=key)
            for kind in _LOGS
        ]
        self.instance = rds.DatabaseInstance(
            self,
            "Resource",
            instance_identifier=name,
            engine=_ENGINE,
            parameter_group=rds.ParameterGroup(self, "Parameters", engine=_ENGINE, parameters=_PARAMETERS),
            database_name=DATABASE,
            port=DATABASE_PORT,
            credentials=rds.Credentials.from_username("mlflow_owner", encryption_key=key),
            manage_master_user_password=True,
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnets=list(subnets)),
            security_groups=[security_group],
            monitoring_role=_monitoring_role(self, names).role.without_policy_updates(),
            storage_encryption_key=key,
            **_size(config),
            **_operation(retention),
        )
        self.instance.node.add_dependency(*groups)
        _accept(self.instance, config, retention)


def _accept(instance: rds.DatabaseInstance, config: TrackingConfig, retention: RetentionConfig) -> None:
    if not config.multi_az:
        reason = "a development database: an outage of one zone stops experiments, and backups restore it"
        acknowledge(instance, "RDS3", reason)
    if not retention.keeps_data:
        acknowledge(instance, "RDS10", "retention.keeps_data lets this environment's data go with its stacks")


def _size(config: TrackingConfig) -> dict[str, Any]:
    return {
        "instance_type": ec2.InstanceType(config.database_class),
        "allocated_storage": config.database_gb,
        "max_allocated_storage": config.database_gb * 5,
        "storage_type": rds.StorageType.GP3,
        "storage_encrypted": True,
        "multi_az": config.multi_az,
        "publicly_accessible": False,
        "iam_authentication": True,
    }


def _operation(retention: RetentionConfig) -> dict[str, Any]:
    return {
        "cloudwatch_logs_exports": list(_LOGS),
        "monitoring_interval": Duration.minutes(1),
        "auto_minor_version_upgrade": True,
        "backup_retention": Duration.days(retention.backup_days),
        "copy_tags_to_snapshot": True,
        "deletion_protection": retention.keeps_data,
        "removal_policy": RemovalPolicy.RETAIN if retention.keeps_data else RemovalPolicy.DESTROY,
    }


def _monitoring_role(scope: Construct, names: PlatformNames) -> PlatformRole:
    role = PlatformRole(
        scope,
        "Monitoring",
        names=names,
        purpose="database-monitoring",
        description="RDS writes the metrics of the database's operating system",
        services=["monitoring.rds.amazonaws.com"],
    )
    group = names.arn("logs", "log-group:RDSOSMetrics")
    role.allow(["logs:CreateLogGroup", "logs:PutRetentionPolicy"], [group], "the group RDS writes to")
    actions = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:PutLogEvents"]
    role.allow(actions, [f"{group}:log-stream:*"], "RDS names one stream per database")
    return role

"""The PostgreSQL database of MLflow: runs, model registry and users."""

from collections.abc import Sequence
from typing import Any, cast

from aws_cdk import Duration
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_rds as rds
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from infra.config.service_config import RetentionConfig, TrackingConfig
from infra.log_group import log_group
from infra.names import DatabaseLog, PlatformNames, RolePurpose
from infra.network.rules import DATABASE_PORT
from infra.removal_policy import removal_policy
from infra.security.permissions import PlatformRole, acknowledge, acknowledge_conformance
from infra.tracking import windows

DATABASE = "mlflow"
#: The major version only. RDS upgrades minor versions itself and refuses to go back ("Cannot upgrade postgres from
#: 14.22 to 14.17", hashicorp/terraform-provider-aws#49496), and it ends the creation of instances with old ones: 17.1
#: to 17.4 since May 2026 (notice in AWS Health, read 2026-11-29).
_ENGINE = rds.DatabaseInstanceEngine.postgres(version=rds.PostgresEngineVersion.VER_17)
_PARAMETERS = {
    # PostgreSQL rejects connections without TLS.
    "rds.force_ssl": "1",
    "log_connections": "1",
    "log_disconnections": "1",
    # Statements that change schema or permissions, and statements that take longer than a second.
    "log_statement": "ddl",
    "log_min_duration_statement": "1000",
}


class TrackingDatabase(Construct):
    """An encrypted, private PostgreSQL instance with backups and a password that RDS generates and rotates."""

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
        log_key: kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        name = names.resource("tracking")
        log_groups, monitoring = self._logs(names, retention, log_key), _monitoring_role(self, names)
        self.instance = rds.DatabaseInstance(
            self,
            "Resource",
            instance_identifier=name,
            engine=_ENGINE,
            parameter_group=rds.ParameterGroup(self, "Parameters", engine=_ENGINE, parameters=_PARAMETERS),
            database_name=DATABASE,
            port=DATABASE_PORT,
            **_placement(vpc, subnets, security_group),
            **_size(config),
            **_encryption(key),
            **_operation(retention, monitoring),
        )
        self.instance.node.add_dependency(*log_groups, monitoring)
        _keep_groups(self, retention)
        # Tasks receive the host like the password, as a reference: the task definition contains no plain value.
        self.host = ssm.StringParameter(
            self,
            "Host",
            parameter_name=names.parameter("tracking/database-host"),
            string_value=self.instance.db_instance_endpoint_address,
        )
        _accept(self.instance, config, retention)

    def _logs(self, names: PlatformNames, retention: RetentionConfig, key: kms.IKey) -> list[logs.LogGroup]:
        # RDS would create these groups without retention and encryption key.
        return [
            log_group(self, log, name=names.database_log_group(log), days=retention.log_days, key=key)
            for log in DatabaseLog
        ]

    @property
    def secret(self) -> secretsmanager.ISecret:
        """The secret with user and password, which RDS creates and rotates."""
        if self.instance.secret is None:
            raise TypeError(f"{self.instance.node.path}: has no password managed by RDS")
        return self.instance.secret


def _keep_groups(database: Construct, retention: RetentionConfig) -> None:
    """Retain subnet group and parameter group with the instance, because RDS does not delete groups in use.

    CDK passes only the policy `RETAIN` on to the subnet group, and none to the parameter group.
    """
    for child in database.node.find_all():
        if isinstance(child, (rds.CfnDBSubnetGroup, rds.CfnDBParameterGroup)):
            child.apply_removal_policy(removal_policy(retention))


def _accept(instance: rds.DatabaseInstance, config: TrackingConfig, retention: RetentionConfig) -> None:
    # cfn-lint 1.58 takes a major version for deprecated as soon as one of its minor versions is.
    element = cast("rds.CfnDBInstance", instance.node.default_child)
    element.add_metadata("cfn-lint", {"config": {"ignore_checks": ["W3691"]}})
    if not config.multi_az:
        reason = "a development database: an outage of one zone stops experiments, and backups restore it"
        acknowledge(instance, "RDS3", reason)
        acknowledge_conformance(instance, "RDSMultiAZSupport", reason)
    if not retention.keeps_data:
        reason = "retention.keeps_data lets this environment's data go with its stacks"
        acknowledge(instance, "RDS10", reason)
        acknowledge_conformance(instance, "RDSInstanceDeletionProtectionEnabled", reason)


def _placement(vpc: ec2.IVpc, subnets: Sequence[ec2.ISubnet], security_group: ec2.ISecurityGroup) -> dict[str, Any]:
    selection = ec2.SubnetSelection(subnets=list(subnets))
    return {"vpc": vpc, "vpc_subnets": selection, "security_groups": [security_group]}


def _size(config: TrackingConfig) -> dict[str, Any]:
    return {
        "instance_type": ec2.InstanceType(config.database_class),
        "allocated_storage": config.database_gb,
        "max_allocated_storage": config.database_gb * 5,
        "storage_type": rds.StorageType.GP3,
        "multi_az": config.multi_az,
        "publicly_accessible": False,
    }


def _encryption(key: kms.IKey) -> dict[str, Any]:
    return {
        "credentials": rds.Credentials.from_username("mlflow_owner", encryption_key=key),
        "manage_master_user_password": True,
        "storage_encrypted": True,
        "storage_encryption_key": key,
        # Database Insights replaced Performance Insights in July 2026. Its standard mode keeps seven days without a
        # charge (RDS user guide, "Turning on the Standard mode of Database Insights", read 2026-11-29).
        "database_insights_mode": rds.DatabaseInsightsMode.STANDARD,
        "enable_performance_insights": True,
        "performance_insight_encryption_key": key,
        # The image contains the root certificate of this authority.
        "ca_certificate": rds.CaCertificate.RDS_CA_RSA2048_G1,
        "iam_authentication": True,
    }


def _operation(retention: RetentionConfig, monitoring: PlatformRole) -> dict[str, Any]:
    return {
        "cloudwatch_logs_exports": [str(kind) for kind in DatabaseLog],
        "monitoring_interval": Duration.minutes(1),
        "monitoring_role": monitoring.role.without_policy_updates(),
        "auto_minor_version_upgrade": True,
        "backup_retention": Duration.days(retention.backup_days),
        "preferred_backup_window": windows.AUTOMATED_BACKUP,
        "preferred_maintenance_window": windows.MAINTENANCE,
        "copy_tags_to_snapshot": True,
        "deletion_protection": retention.keeps_data,
        "removal_policy": removal_policy(retention),
    }


def _monitoring_role(scope: Construct, names: PlatformNames) -> PlatformRole:
    """The role of Enhanced Monitoring; RDS rejects it until its policy is attached."""
    role = PlatformRole(
        scope,
        "Monitoring",
        names=names,
        purpose=RolePurpose.DATABASE_MONITORING,
        description="RDS writes the metrics of the database's operating system",
        services=["monitoring.rds.amazonaws.com"],
    )
    group = names.arn("logs", "log-group:RDSOSMetrics")
    role.allow(["logs:CreateLogGroup", "logs:PutRetentionPolicy"], [group], "the group RDS writes to")
    actions = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:PutLogEvents"]
    role.allow(actions, [f"{group}:log-stream:*"], "RDS names one stream per database")
    return role

"""Daily backups of MLflow's database in a vault of their own, which is retained when the database is deleted."""

from aws_cdk import Duration
from aws_cdk import aws_backup as backup
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds
from constructs import Construct

from infra.config.service_config import RetentionConfig
from infra.names import PlatformNames, RolePurpose
from infra.removal_policy import removal_policy
from infra.security.permissions import PlatformRole
from infra.tracking import windows


class TrackingBackup(Construct):
    """A daily AWS Backup plan; RDS's own backups allow point-in-time recovery but are deleted with the instance."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        retention: RetentionConfig,
        database: rds.IDatabaseInstance,
        key: kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        name = names.resource("tracking")
        vault = backup.BackupVault(
            self,
            "Vault",
            backup_vault_name=name,
            encryption_key=key,
            block_recovery_point_deletion=retention.keeps_data,
            removal_policy=removal_policy(retention),
        )
        plan = backup.BackupPlan(self, "Plan", backup_plan_name=name, backup_vault=vault)
        plan.add_rule(
            backup.BackupPlanRule(
                rule_name="daily",
                schedule_expression=events.Schedule.cron(hour=str(windows.BACKUP_HOUR), minute="0"),
                start_window=Duration.hours(windows.BACKUP_STARTS_WITHIN_HOURS),
                completion_window=Duration.hours(windows.BACKUP_ENDS_WITHIN_HOURS),
                delete_after=Duration.days(retention.backup_days),
            )
        )
        role = _role(self, names, database, key)
        selection = plan.add_selection(
            "Database",
            backup_selection_name="database",
            resources=[backup.BackupResource.from_rds_database_instance(database)],
            role=role.role.without_policy_updates(),
            disable_default_backup_policy=True,
        )
        selection.node.add_dependency(role)


def _role(scope: Construct, names: PlatformNames, database: rds.IDatabaseInstance, key: kms.IKey) -> PlatformRole:
    """The RDS permissions of AWSBackupServiceRolePolicyForBackup (version 20), limited to this database."""
    role = PlatformRole(
        scope,
        "Role",
        names=names,
        purpose=RolePurpose.TRACKING_BACKUP,
        description="AWS Backup copies MLflow's database",
        services=["backup.amazonaws.com"],
    )
    snapshots = names.arn("rds", "snapshot:awsbackup:*")
    copies = "AWS Backup names its snapshots by job; the prefix is its own"
    role.allow(["rds:DescribeDBInstances", "rds:ListTagsForResource"], [database.instance_arn], "the database")
    create = ["rds:AddTagsToResource", "rds:CreateDBSnapshot"]
    role.allow(create, [database.instance_arn, snapshots], copies)
    manage = ["rds:DeleteDBSnapshot", "rds:DescribeDBSnapshots", "rds:ListTagsForResource"]
    role.allow(manage, [snapshots], copies)
    vault = names.arn("backup", f"backup-vault:{names.resource('tracking')}")
    role.allow(["backup:CopyIntoBackupVault", "backup:DescribeBackupVault"], [vault], "the one vault")
    role.allow(["kms:DescribeKey"], [key.key_arn], "backups are encrypted")
    through = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    role.allow(["kms:CreateGrant"], [key.key_arn], "RDS copies what the key encrypts", through)
    return role

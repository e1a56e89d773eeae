"""Backups of the data that cannot be computed again, in a vault that is independent of the buckets."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_backup as backup
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.names import PlatformNames, RolePurpose
from infra.security.permissions import PlatformRole, through_service
from jobs.contracts.tables import Zone

#: Delivered files, models with their evaluations, and predictions; all other zones can be computed from them.
BACKED_UP = (Zone.LANDING, Zone.ARTIFACTS, Zone.PREDICTIONS)


class LakeBackup(Construct):
    """A daily backup of the irreplaceable zones.

    Object versions undo mistakes in a bucket; backups also survive the deletion of the bucket.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        names: PlatformNames,
        key: kms.IKey,
        days: int,
        removal: RemovalPolicy,
    ) -> None:
        super().__init__(scope, construct_id)
        name = names.resource("lake")
        self.vault = backup.BackupVault(
            self,
            "Vault",
            backup_vault_name=name,
            encryption_key=key,
            block_recovery_point_deletion=removal is not RemovalPolicy.DESTROY,
            removal_policy=removal,
        )
        plan = backup.BackupPlan(self, "Plan", backup_plan_name=name, backup_vault=self.vault)
        daily = events.Schedule.cron(hour="2", minute="0")
        plan.add_rule(
            backup.BackupPlanRule(rule_name="daily", schedule_expression=daily, delete_after=Duration.days(days))
        )
        role = _role(self, names, key.key_arn)
        selection = plan.add_selection(
            "Zones",
            backup_selection_name="zones",
            resources=[backup.BackupResource.from_arn(arn) for arn in names.bucket_arns(BACKED_UP)],
            role=role.role.without_policy_updates(),
            disable_default_backup_policy=True,
        )
        selection.node.add_dependency(role)


def _role(scope: Construct, names: PlatformNames, key_arn: str) -> PlatformRole:
    """The role of backups: the actions of AWSBackupServiceRolePolicyForS3Backup, on these buckets and this key only."""
    role = PlatformRole(
        scope,
        "Role",
        names=names,
        purpose=RolePurpose.LAKE_BACKUP,
        description="AWS Backup copies zones of the lake",
        services=["backup.amazonaws.com"],
    )
    reads = ["Acl", "Location", "Notification", "Tagging", "Versioning"]
    others = ["s3:GetInventoryConfiguration", "s3:ListBucket", "s3:ListBucketVersions"]
    changes = ["s3:PutBucketNotification", "s3:PutInventoryConfiguration"]
    actions = [*(f"s3:GetBucket{what}" for what in reads), *others, *changes]
    role.allow(actions, names.bucket_arns(BACKED_UP), "AWS Backup lists a bucket once and then follows its events")
    objects = ["", "Acl", "Tagging", "Version", "VersionAcl", "VersionTagging"]
    reason = "a backup contains every object of the zone"
    role.allow([f"s3:GetObject{what}" for what in objects], names.object_arns(BACKED_UP), reason)
    rules = [names.arn("events", "rule/AwsBackupManagedRule*")]
    what = ["DeleteRule", "DescribeRule", "DisableRule", "EnableRule", "ListTargetsByRule", "PutRule", "PutTargets"]
    manages = [f"events:{action}" for action in (*what, "RemoveTargets")]
    role.allow(
        manages, rules, "AWS Backup appends an id to the names of its event rules; the prefix is reserved for it"
    )
    everywhere = ["cloudwatch:GetMetricData", "events:ListRules", "s3:ListAllMyBuckets"]
    role.allow(everywhere, ["*"], "these actions take no resource")
    through = {"StringEquals": through_service(names, "s3")}
    role.allow(["kms:Decrypt", "kms:DescribeKey"], [key_arn], "objects are encrypted", through)
    vault = names.arn("backup", f"backup-vault:{names.resource('lake')}")
    role.allow(["backup:CopyIntoBackupVault", "backup:DescribeBackupVault"], [vault], "the one vault")
    return role

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from infra.environments import DEV
from infra.lake.lake_backup import LakeBackup
from infra.names import PlatformNames


def template(removal: cdk.RemovalPolicy) -> Template:
    stack = cdk.Stack()
    LakeBackup(stack, "Backup", names=PlatformNames.of(DEV), key=kms.Key(stack, "Key"), days=35, removal=removal)
    return Template.from_stack(stack)


@pytest.mark.parametrize(
    ("removal", "policy"),
    [
        (
            cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            Match.object_like({"Statement": [Match.object_like({"Effect": "Deny"})]}),
        ),
        (cdk.RemovalPolicy.DESTROY, Match.absent()),
    ],
)
def test_only_a_retained_vault_denies_the_deletion_of_backups(removal: cdk.RemovalPolicy, policy: object) -> None:
    template(removal).has_resource_properties("AWS::Backup::BackupVault", {"AccessPolicy": policy})


def test_backups_expire_after_the_configured_days() -> None:
    rule = Match.object_like({"Lifecycle": {"DeleteAfterDays": 35}})
    template(cdk.RemovalPolicy.DESTROY).has_resource_properties(
        "AWS::Backup::BackupPlan", {"BackupPlan": {"BackupPlanRule": [rule]}}
    )

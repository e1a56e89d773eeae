import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from infra.config.location import Location
from infra.config.platform_config import PlatformConfig
from infra.environments import DEV, PROD, relocated
from infra.names import PlatformNames
from infra.tracking import windows
from infra.tracking.database import TrackingDatabase


def template(config: PlatformConfig) -> Template:
    stack = cdk.Stack()
    vpc, key = ec2.Vpc(stack, "Vpc", max_azs=2), kms.Key(stack, "Key")
    TrackingDatabase(
        stack,
        "Database",
        names=PlatformNames.of(config),
        config=config.tracking,
        retention=config.retention,
        vpc=vpc,
        subnets=vpc.private_subnets,
        security_group=ec2.SecurityGroup(stack, "Group", vpc=vpc),
        key=key,
        log_key=key,
    )
    return Template.from_stack(stack)


@pytest.mark.parametrize(
    ("config", "is_protected", "policy"),
    [
        (PROD, True, "RetainExceptOnCreate"),
        (DEV, True, "RetainExceptOnCreate"),
        (relocated(DEV, Location(deletion_confirmed=True)), False, "Delete"),
    ],
    ids=["prod", "dev", "dev with confirmed deletion"],
)
def test_the_database_is_deleted_only_after_both_confirmations(
    config: PlatformConfig, is_protected: bool, policy: str
) -> None:
    (instance,) = template(config).find_resources("AWS::RDS::DBInstance").values()
    assert instance["Properties"]["DeletionProtection"] is is_protected
    assert instance["DeletionPolicy"] == policy


@pytest.mark.parametrize("config", [DEV, PROD], ids=["dev", "prod"])
def test_the_database_spans_zones_where_the_settings_say_so(config: PlatformConfig) -> None:
    properties = {"MultiAZ": config.tracking.multi_az, "StorageEncrypted": True, "PubliclyAccessible": False}
    template(config).has_resource_properties("AWS::RDS::DBInstance", properties)


def test_rds_chooses_the_minor_version_because_it_upgrades_it() -> None:
    properties = {"AutoMinorVersionUpgrade": True, "EngineVersion": "17", "DatabaseInsightsMode": "standard"}
    template(PROD).has_resource_properties("AWS::RDS::DBInstance", properties)
    template(PROD).has_resource_properties("AWS::RDS::DBParameterGroup", {"Family": "postgres17"})


def minutes(time: str) -> int:
    hours, minute = time.split(":")[-2:]
    return 60 * int(hours) + int(minute)


def test_aws_backup_starts_outside_the_windows_of_rds_and_the_hour_before_them() -> None:
    start = 60 * windows.BACKUP_HOUR
    latest = start + 60 * windows.BACKUP_STARTS_WITHIN_HOURS
    for window in (windows.AUTOMATED_BACKUP, windows.MAINTENANCE):
        opens, closes = map(minutes, window.split("-"))
        assert closes - opens >= 30
        assert latest <= opens - 60 or closes <= start
    properties = {
        "PreferredBackupWindow": windows.AUTOMATED_BACKUP,
        "PreferredMaintenanceWindow": windows.MAINTENANCE,
    }
    template(PROD).has_resource_properties("AWS::RDS::DBInstance", properties)

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from infra.config.location import Location
from infra.config.platform_config import PlatformConfig
from infra.environments import DEV, PROD, relocated
from infra.names import PlatformNames
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

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from common.errors import PlatformError
from jobs.contracts.tables import Zone
from operations.failed_creation import clear_failed_creations, delete_failed_stacks
from operations.teardown.account import Account
from tests.operations.teardown.conftest import NAMES, account

__all__ = ["account"]
CREATED = datetime.now(UTC) - timedelta(hours=1)
TRACKING, DATA = NAMES.resource("tracking"), NAMES.resource("data")
BUCKET, GROUP = NAMES.bucket(Zone.RAW), NAMES.tracking_log_group


def described(name: str, status: str, *, platform: str = NAMES.prefix, protected: bool = True) -> dict[str, Any]:
    tags = [{"Key": "platform", "Value": platform}]
    return {
        "StackName": name,
        "StackStatus": status,
        "CreationTime": CREATED,
        "EnableTerminationProtection": protected,
        "Tags": tags,
    }


def summary(type_name: str, name: str, status: str = "DELETE_FAILED") -> dict[str, Any]:
    return {
        "LogicalResourceId": "R",
        "ResourceType": type_name,
        "PhysicalResourceId": name,
        "ResourceStatus": status,
        "LastUpdatedTimestamp": CREATED,
    }


class Stacks:
    """An account of moto's whose stacks are given: moto rolls no creation back."""

    def __init__(self, account: Account) -> None:
        self._client = boto3.client("cloudformation", region_name=NAMES.region)
        self.stubber = Stubber(self._client)
        self.account = replace(
            account, client=lambda service: self._client if service == "cloudformation" else account.client(service)
        )

    def are(self, *stacks: Mapping[str, Any]) -> None:
        self.stubber.add_response("describe_stacks", {"Stacks": list(stacks)}, {})
        self.stubber.activate()

    def left(self, stack: str, *resources: Mapping[str, Any]) -> None:
        answer = {"StackResourceSummaries": list(resources)}
        self.stubber.add_response("list_stack_resources", answer, {"StackName": stack})

    def expect_unprotected(self, stack: str) -> None:
        request = {"StackName": stack, "EnableTerminationProtection": False}
        self.stubber.add_response("update_termination_protection", {}, request)

    def cleared(self) -> list[str]:
        lines = list(clear_failed_creations(self.account))
        self.stubber.assert_no_pending_responses()
        return lines


@pytest.fixture
def stacks(account: Account) -> Stacks:
    return Stacks(account)


def test_only_stacks_whose_first_creation_failed_lose_their_protection(stacks: Stacks) -> None:
    """A stack that was ever complete is in a state UPDATE_*, and one of another environment has another tag."""
    stacks.are(
        described(DATA, "ROLLBACK_COMPLETE"),
        described("mlops-dev-keys", "UPDATE_ROLLBACK_COMPLETE"),
        described(TRACKING, "UPDATE_ROLLBACK_FAILED"),
        described("mlops-prod-data", "ROLLBACK_COMPLETE", platform="mlops-prod"),
    )
    stacks.left(DATA)
    stacks.expect_unprotected(DATA)
    assert stacks.cleared() == [f"{DATA}: termination protection is off, because its creation was rolled back"]


def test_an_account_without_a_failed_creation_stays_as_it_is(stacks: Stacks) -> None:
    stacks.are(described(DATA, "CREATE_COMPLETE"))
    assert stacks.cleared() == []


def test_a_database_with_deletion_protection_does_not_block_the_next_creation(stacks: Stacks) -> None:
    rds = stacks.account.client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier=TRACKING,
        DBInstanceClass="db.t4g.small",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="owner",
        ManageMasterUserPassword=True,
        DeletionProtection=True,
    )
    stacks.are(described(TRACKING, "ROLLBACK_FAILED"))
    stacks.left(TRACKING, summary("AWS::RDS::DBInstance", TRACKING))
    stacks.expect_unprotected(TRACKING)
    stacks.cleared()
    assert rds.describe_db_instances()["DBInstances"] == []


def test_a_load_balancer_with_deletion_protection_does_not_block_the_next_creation(stacks: Stacks) -> None:
    ec2, elb = stacks.account.client("ec2"), stacks.account.client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"]
        for number, zone in enumerate("ab")
    ]
    ids = [subnet["SubnetId"] for subnet in subnets]
    (balancer,) = elb.create_load_balancer(Name=TRACKING, Subnets=ids, Scheme="internal")["LoadBalancers"]
    protected = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    elb.modify_load_balancer_attributes(LoadBalancerArn=balancer["LoadBalancerArn"], Attributes=protected)
    stacks.are(described(TRACKING, "ROLLBACK_FAILED"))
    remaining = summary("AWS::ElasticLoadBalancingV2::LoadBalancer", balancer["LoadBalancerArn"])
    stacks.left(TRACKING, remaining)
    stacks.expect_unprotected(TRACKING)
    assert len(stacks.cleared()) == 2
    assert elb.describe_load_balancers()["LoadBalancers"] == []


def test_buckets_and_log_groups_that_services_wrote_to_are_deleted(stacks: Stacks) -> None:
    s3, logs = stacks.account.client("s3"), stacks.account.client("logs")
    s3.create_bucket(Bucket=BUCKET)
    s3.create_bucket(Bucket="of-somebody-else")
    s3.put_object(Bucket=BUCKET, Key="flight_delay/flights/metadata/0.metadata.json", Body=b"{}")
    logs.create_log_group(logGroupName=GROUP)
    stacks.are(described(DATA, "ROLLBACK_FAILED", protected=False))
    bucket, gone = summary("AWS::S3::Bucket", BUCKET), summary("AWS::S3::Bucket", "gone", "DELETE_COMPLETE")
    stacks.left(DATA, bucket, gone, summary("AWS::Logs::LogGroup", GROUP, "DELETE_COMPLETE"))
    assert len(stacks.cleared()) == 2
    assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == ["of-somebody-else"]
    assert logs.describe_log_groups()["logGroups"] == []


def test_data_older_than_the_failed_stack_is_never_deleted(stacks: Stacks, monkeypatch: pytest.MonkeyPatch) -> None:
    """A creation that imports existing buckets and fails leaves them with their data."""
    s3 = stacks.account.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="flights.parquet", Body=b"1")
    monkeypatch.setattr("tests.operations.test_failed_creation.CREATED", datetime.now(UTC) + timedelta(hours=1))
    stacks.are(described(DATA, "ROLLBACK_FAILED"))
    stacks.left(DATA, summary("AWS::S3::Bucket", BUCKET))
    with pytest.raises(PlatformError, match=f"left {BUCKET}, which holds data older than the stack"):
        stacks.cleared()
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 1


def test_a_remaining_resource_that_deleting_the_stack_would_retain_is_named(stacks: Stacks) -> None:
    stacks.are(described(DATA, "ROLLBACK_FAILED"))
    stacks.left(DATA, summary("AWS::Glue::Database", "mlops_dev_flight_delay_raw"), summary("Custom::Other", "x"))
    with pytest.raises(PlatformError, match=r"left AWS::Glue::Database mlops_dev_flight_delay_raw .*deploy again"):
        stacks.cleared()


def test_a_caller_without_permissions_is_told_who_can_do_it(stacks: Stacks) -> None:
    stacks.are(described(DATA, "ROLLBACK_COMPLETE"))
    stacks.left(DATA)
    stacks.stubber.add_client_error("update_termination_protection", "AccessDenied")
    with pytest.raises(PlatformError, match=r"clear-failed dev` with the permissions of an administrator"):
        stacks.cleared()


def test_a_teardown_deletes_failed_stacks_instead_of_creating_them(stacks: Stacks) -> None:
    failed = described(DATA, "ROLLBACK_COMPLETE")
    stacks.are(failed)
    stacks.left(DATA)
    stacks.expect_unprotected(DATA)
    stacks.are({**failed, "EnableTerminationProtection": False})
    stacks.stubber.add_response("delete_stack", {}, {"StackName": DATA})
    stacks.are(described("mlops-dev-keys", "CREATE_COMPLETE"))
    assert delete_failed_stacks(stacks.account) == 1
    stacks.stubber.assert_no_pending_responses()

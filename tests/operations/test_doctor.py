import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.config.governance_config import LakeConfig, SecurityConfig
from infra.config.location import Location
from infra.config.platform_config import PlatformConfig
from infra.environments import DEV, relocated
from infra.names import BootstrapRole, PlatformNames
from jobs.contracts.tables import Zone
from operations.doctor import Client, Diagnosis, examine

#: Moto takes callers to be of this account.
HERE = replace(DEV, account="123456789012")
NAMES = PlatformNames.of(HERE)
DEPLOYER = NAMES.bootstrap_role_arn(BootstrapRole.CLOUDFORMATION)
EVERYBODY = [{"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "emulated")
    with mock_aws():

        def made(service: str) -> Any:
            return boto3.client(service, region_name=HERE.region)

        yield made


def healthy(client: Client) -> None:
    s3, private = client("s3"), ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    client("ssm").put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String")
    s3.create_bucket(Bucket=NAMES.assets_bucket)
    s3.put_bucket_versioning(Bucket=NAMES.assets_bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_public_access_block(Bucket=NAMES.assets_bucket, PublicAccessBlockConfiguration=dict.fromkeys(private, True))
    client("iam").create_service_linked_role(AWSServiceName="ecs.amazonaws.com")
    decided_by_iam(client, EVERYBODY)


def decided_by_iam(client: Client, default: list[dict[str, Any]], admins: tuple[str, ...] = ()) -> None:
    settings = {
        "CreateDatabaseDefaultPermissions": default,
        "DataLakeAdmins": [{"DataLakePrincipalIdentifier": each} for each in admins],
    }
    client("lakeformation").put_data_lake_settings(DataLakeSettings=settings)


def told(config: PlatformConfig, client: Client) -> dict[str, Diagnosis]:
    return {each.subject: each for each in examine(config, client)}


def advice(config: PlatformConfig, client: Client) -> dict[str, str]:
    return {what: each.advice for what, each in told(config, client).items() if each.advice}


def test_a_healthy_account_gets_no_advice(client: Client) -> None:
    healthy(client)
    assert advice(HERE, client) == {}
    assert set(told(HERE, client)) == {
        "credentials",
        "bootstrap of the account and region",
        "availability zones",
        "service-linked roles",
        "bucket that MWAA reads",
        "permission to create databases",
        "data of an earlier deployment",
    }


def test_an_account_without_bootstrap_is_told_so(client: Client) -> None:
    found = told(HERE, client)
    assert found["bootstrap of the account and region"].state == "version 0"
    assert "run cdk bootstrap" in found["bucket that MWAA reads"].advice
    assert found["bucket that MWAA reads"].state == "NoSuchBucket"


def test_a_missing_service_linked_role_is_reported_with_the_command_that_creates_it(client: Client) -> None:
    healthy(client)
    (role,) = client("iam").list_roles(PathPrefix="/aws-service-role/")["Roles"]
    client("iam").delete_role(RoleName=role["RoleName"])
    command = "aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com"
    assert advice(HERE, client) == {"service-linked roles": command}


def test_mwaa_would_refuse_a_bucket_without_versions(client: Client) -> None:
    healthy(client)
    client("s3").put_bucket_versioning(Bucket=NAMES.assets_bucket, VersioningConfiguration={"Status": "Suspended"})
    found = told(HERE, client)["bucket that MWAA reads"]
    assert found.state == "not versioned, private"
    assert "MWAA rejects it otherwise" in found.advice


def test_zones_that_the_account_does_not_have_are_named(client: Client) -> None:
    config = relocated(HERE, Location(region="us-west-2", zones=("usw2-az1", "usw2-az4")))
    found = told(config, lambda service: boto3.client(service, region_name="us-west-1"))["availability zones"]
    assert found.state == "usw1-az1, usw1-az3"
    assert found.advice == "choose other zones than usw2-az1, usw2-az4 with PLATFORM_DEV_ZONES"


def test_credentials_of_another_account_are_noticed_first(client: Client) -> None:
    healthy(client)
    first, *_ = examine(DEV, client)
    assert (first.state, first.advice) == (
        "account 123456789012",
        "use credentials of account 111111111111, or set PLATFORM_DEV_ACCOUNT",
    )


@pytest.mark.parametrize(
    ("is_on", "default", "admins", "is_advised"),
    [
        (False, EVERYBODY, (), False),
        (False, [], (), True),
        (False, [], (DEPLOYER,), False),
        (True, EVERYBODY, (), True),
        (True, [], (DEPLOYER,), False),
    ],
)
def test_whoever_deploys_must_be_an_administrator_where_lake_formation_decides(
    is_on: bool, default: list[dict[str, Any]], admins: tuple[str, ...], is_advised: bool, client: Client
) -> None:
    healthy(client)
    decided_by_iam(client, default, admins)
    config = replace(HERE, lake=LakeConfig(lake_formation=is_on))
    wanted = {"permission to create databases": f"make {DEPLOYER} a data lake administrator"} if is_advised else {}
    assert advice(config, client) == wanted


def test_kept_buckets_are_imported_only_when_no_stack_has_them(client: Client) -> None:
    healthy(client)
    client("s3").create_bucket(Bucket=NAMES.bucket(Zone.RAW))
    assert advice(HERE, client) == {"data of an earlier deployment": "deploy with OPTIONS=--import-existing-resources"}
    topic = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    client("cloudformation").create_stack(StackName=NAMES.resource("data"), TemplateBody=topic)
    assert advice(HERE, client) == {}


def test_a_boundary_that_roles_name_must_exist(client: Client) -> None:
    healthy(client)
    config = replace(HERE, security=SecurityConfig(permissions_boundary="limits"))
    assert "create the policy limits" in advice(config, client)["permissions boundary"]
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client("iam").create_policy(PolicyName="limits", PolicyDocument=document)
    assert advice(config, client) == {}


def test_the_certificate_must_be_issued_for_the_host(client: Client) -> None:
    healthy(client)
    arn = client("acm").request_certificate(DomainName="other.example.com")["CertificateArn"]
    config = replace(HERE, tracking=replace(HERE.tracking, host="mlflow.airline.aero", certificate_arn=arn))
    assert "mlflow.airline.aero" in advice(config, client)["certificate of MLflow"]
    missing = arn.rpartition("/")[0] + "/00000000-0000-0000-0000-000000000000"
    gone = replace(HERE, tracking=replace(HERE.tracking, certificate_arn=missing))
    assert told(gone, client)["certificate of MLflow"].state == "ResourceNotFoundException"

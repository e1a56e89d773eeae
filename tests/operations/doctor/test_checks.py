from dataclasses import replace
from typing import Any

import pytest

from checks.assembly import Assembly, ImageAsset
from common.resource_types import resource_types
from infra.config.governance_config import LakeConfig, SecurityConfig
from infra.config.network_config import ImportedVpc
from infra.config.platform_config import PlatformConfig
from infra.names import BootstrapRole
from jobs.contracts.tables import Zone
from operations.doctor.examination import examine
from operations.doctor.leftovers import LISTINGS
from operations.doctor.single_resources import LOOKUPS
from tests.operations.doctor.accounts import (
    ACCOUNT,
    CONFIG,
    EMULATING,
    KEY,
    LAPTOP,
    NAMES,
    PREPARED,
    docker,
    stack,
    subject,
)
from tests.operations.doctor.stub import error

DEPLOYER = NAMES.bootstrap_role_arn(BootstrapRole.CLOUDFORMATION)
SETTINGS = "lakeformation.GetDataLakeSettings"


def found(assembly: Assembly, config: PlatformConfig = CONFIG, program: Any = EMULATING, **answers: Any) -> list[str]:
    changed = {name.replace("__", "."): answer for name, answer in answers.items()}
    examined = examine(subject(replace(assembly, config=config), {**PREPARED, **changed}, program))
    return [f"{obstacle.stage}: {obstacle.what} -> {obstacle.remedy[0]}" for obstacle in examined]


def test_docker_must_run(assembly: Assembly) -> None:
    (only,) = found(assembly, program=docker(None))
    assert only.startswith("this machine: Docker does not run here")


def test_an_emulator_is_needed_for_each_other_processor(assembly: Assembly) -> None:
    assert len(found(assembly, program=LAPTOP)) == 1
    built = ImageAsset(name="Other", platform="linux/riscv64", dockerfile="")
    both = replace(assembly, images={**assembly.images, "other": built})
    assert [line.split(" -> ")[0] for line in found(both, program=LAPTOP)] == [
        "this machine: Docker cannot build for linux/arm64, the platform of the image Tasks/Image",
        "this machine: Docker cannot build for linux/riscv64, the platform of the image Other",
    ]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"s3__GetBucketVersioning": {}}, "is not versioned -> aws s3api put-bucket-versioning"),
        ({"s3__GetPublicAccessBlock": error("NoSuchPublicAccessBlockConfiguration")}, "does not block public access"),
        ({"s3__GetBucketVersioning": error("NoSuchBucket")}, "cannot be read (NoSuchBucket)"),
        ({"ssm__GetParameter": {"Parameter": {"Value": "5"}}}, "has bootstrap version 5"),
    ],
)
def test_the_bootstrap_must_suit_the_cdk_and_mwaa(assembly: Assembly, answers: Any, expected: str) -> None:
    (only,) = found(assembly, **answers)
    assert expected in only


def test_a_bucket_with_a_managed_key_or_none_suits_mwaa(assembly: Assembly) -> None:
    managed = {"KeyMetadata": {"KeyId": KEY, "KeyManager": "AWS"}}
    default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}}
    encryption = {"ServerSideEncryptionConfiguration": {"Rules": [default]}}
    assert found(assembly, s3__GetBucketEncryption=encryption, kms__DescribeKey=managed) == []
    assert found(assembly, s3__GetBucketEncryption=error("ServerSideEncryptionConfigurationNotFoundError")) == []
    (only,) = found(assembly, s3__GetBucketEncryption=encryption)
    assert "encrypted with the customer key" in only


@pytest.mark.parametrize(
    ("status", "command"),
    [
        ("CREATE_FAILED", "delete-stack"),
        ("DELETE_FAILED", "delete-stack"),
        ("UPDATE_ROLLBACK_FAILED", "describe-stack-events"),
        ("CREATE_IN_PROGRESS", "wait stack-create-complete"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "wait stack-update-complete"),
    ],
)
def test_a_stack_that_no_deployment_can_continue_is_named(assembly: Assembly, status: str, command: str) -> None:
    stack = {"StackName": NAMES.resource("compute"), "StackStatus": status, "CreationTime": "2026-11-29T12:00:00Z"}
    lines = found(assembly, cloudformation__DescribeStacks={"Stacks": [stack]})
    assert f"compute: stack mlops-dev-compute is in {status} -> aws cloudformation {command}" in lines[0]


def test_a_rolled_back_creation_is_cleared_before_its_stack_is_deleted(assembly: Assembly) -> None:
    status = {
        "StackName": NAMES.resource("data"),
        "StackStatus": "ROLLBACK_FAILED",
        "CreationTime": "2026-11-29T12:00:00Z",
    }
    buckets = {"Buckets": [{"Name": NAMES.system_bucket("access-logs")}]}
    (only,) = found(assembly, s3__ListBuckets=buckets, cloudformation__DescribeStacks={"Stacks": [status]})
    assert "mlops-dev-data is in ROLLBACK_FAILED -> .venv/main/bin/python -m cli clear-failed dev" in only


def test_objects_that_only_an_operator_can_upload_are_asked_for(assembly: Assembly) -> None:
    config = replace(CONFIG, spark=replace(CONFIG.spark, encrypts_in_transit=True))
    (later,) = found(assembly, config, s3__ListObjectsV2=error("NoSuchBucket"))
    uri = f"s3://{NAMES.bucket(Zone.ARTIFACTS)}/emr-certificates/nodes.zip"
    assert later.startswith(f'first run: {uri} does not exist -> make deploy ENV=dev OPTIONS="--only data"')
    persistent = replace(config, spark=replace(config.spark, mode="persistent"))
    first, *_ = found(assembly, persistent, s3__ListObjectsV2={})
    assert first.startswith(f"compute: {uri} does not exist")
    there = {"Contents": [{"Key": "emr-certificates/nodes.zip"}]}
    assert found(assembly, config, s3__ListObjectsV2=there) == []


def test_resources_of_a_deployed_stack_are_no_leftovers(assembly: Assembly) -> None:
    buckets = {"Buckets": [{"Name": NAMES.system_bucket("access-logs")}, {"Name": "somebody-elses"}]}
    stack = {
        "StackName": NAMES.resource("data"),
        "StackStatus": "UPDATE_COMPLETE",
        "CreationTime": "2026-11-29T12:00:00Z",
    }
    assert len(found(assembly, s3__ListBuckets=buckets)) == 1
    assert found(assembly, s3__ListBuckets=buckets, cloudformation__DescribeStacks={"Stacks": [stack]}) == []


def test_a_secret_whose_deletion_is_scheduled_keeps_its_name(assembly: Assembly) -> None:
    names = ("mlops-dev-tracking-jobs", "mlops-dev-tracking-other")
    secrets = [{"Name": name, "DeletedDate": "2026-11-29T12:00:00Z"} for name in names]
    (only,) = found(
        assembly, secretsmanager__ListSecrets={"SecretList": [*secrets, {"Name": "mlops-dev-tracking-admin"}]}
    )
    assert only == (
        "tracking: the deletion of mlops-dev-tracking-jobs is scheduled -> aws secretsmanager delete-secret "
        "--force-delete-without-recovery --secret-id mlops-dev-tracking-jobs"
    )


def test_types_that_hold_data_under_a_literal_name_are_looked_up() -> None:
    named = {name for name, row in resource_types().items() if row.stateful and row.name_property}
    assert named <= LISTINGS.keys() | {
        # The names of these contain the name of a resource above, or are free again after their stack is gone.
        "AWS::SNS::Topic", "AWS::SecretsManager::Secret", "AWS::SQS::Queue", "AWS::SageMaker::FeatureGroup",
    }  # fmt: skip


def test_zones_that_the_account_lacks_are_replaced_by_complete_ones(assembly: Assembly) -> None:
    zones = [{"ZoneName": f"us-east-1{name}", "ZoneId": f"use1-az{number}", "State": "available"}
             for name, number in (("a", 1), ("b", 3), ("c", 5), ("d", 6))]  # fmt: skip
    lines = found(assembly, ec2__DescribeAvailabilityZones={"AvailabilityZones": zones})
    assert lines == [
        "network: zone use1-az2 is not available to this account, which has use1-az1, use1-az3, use1-az5, use1-az6"
        " -> export PLATFORM_DEV_ZONES=use1-az1,use1-az5"
    ]


def test_an_endpoint_that_the_region_does_not_have_is_named(assembly: Assembly) -> None:
    def services(params: dict[str, Any]) -> dict[str, Any]:
        names = [name for name in params["Filters"][0]["Values"] if not name.endswith(".kms")]
        zones = [f"us-east-1{letter}" for letter in "abcdef"]
        return {"ServiceDetails": [{"ServiceName": name, "AvailabilityZones": zones} for name in names]}

    lines = found(assembly, ec2__DescribeVpcEndpointServices=services)
    assert any("region us-east-1 has no endpoint of kms" in line for line in lines)


def imported(block: str, zones: tuple[str, str], *, is_prepared: bool) -> dict[str, Any]:
    """The answers of an account with the VPC that `IMPORTED` names."""
    tags = [{"Key": "for-use-with-amazon-emr-managed-policies", "Value": "true"}] if is_prepared else []
    names = dict(zip(("use1-az1", "use1-az2", "use1-az6"), ("us-east-1c", "us-east-1d", "us-east-1a"), strict=True))
    subnets = [
        {"SubnetId": name, "AvailabilityZoneId": zone, "AvailabilityZone": names[zone], "Tags": tags}
        for name, zone in zip(IMPORTED.subnet_ids, zones, strict=True)
    ]
    return {
        "ec2__DescribeVpcs": {"Vpcs": [{"VpcId": IMPORTED.vpc_id, "CidrBlock": block, "Tags": tags}]},
        "ec2__DescribeSubnets": {"Subnets": subnets},
        "ec2__DescribeVpcAttribute": lambda params: {
            f"{params['Attribute'][0].upper()}{params['Attribute'][1:]}": {"Value": is_prepared}
        },
    }


IMPORTED = ImportedVpc(
    vpc_id="vpc-0123456789abcdef0",
    subnet_ids=("subnet-0123456789abcdef0", "subnet-0123456789abcdef1"),
    route_table_ids=("rtb-0123456789abcdef0",),
    first_zone_name="us-east-1c",
)
IN_IMPORTED = replace(CONFIG, network=replace(CONFIG.network, mode="imported", imported=IMPORTED))


def test_an_imported_vpc_must_be_as_its_owner_was_asked_to_provide_it(assembly: Assembly) -> None:
    lines = found(assembly, IN_IMPORTED, **imported("10.99.0.0/16", ("use1-az6", "use1-az1"), is_prepared=False))
    assert lines == [
        "network: vpc-0123456789abcdef0 has the block 10.99.0.0/16, and network.cidr is 10.10.0.0/16"
        ' -> set network.cidr="10.99.0.0/16" in infra/environments.py',
        "network: enableDnsSupport of vpc-0123456789abcdef0 is off"
        " -> aws ec2 modify-vpc-attribute --vpc-id vpc-0123456789abcdef0 --enable-dns-support '{\"Value\": true}'",
        "network: enableDnsHostnames of vpc-0123456789abcdef0 is off"
        " -> aws ec2 modify-vpc-attribute --vpc-id vpc-0123456789abcdef0 --enable-dns-hostnames '{\"Value\": true}'",
        "network: the imported subnets are in use1-az6, use1-az1, not use1-az1, use1-az2"
        " -> export PLATFORM_DEV_ZONES=use1-az6,use1-az1",
        "compute: the first subnet is in us-east-1a, not us-east-1c"
        ' -> set network.imported.first_zone_name="us-east-1a" in infra/environments.py',
        "first run: vpc-0123456789abcdef0, subnet-0123456789abcdef0, subnet-0123456789abcdef1 lack the tag "
        "for-use-with-amazon-emr-managed-policies -> aws ec2 create-tags --resources vpc-0123456789abcdef0 "
        "subnet-0123456789abcdef0 subnet-0123456789abcdef1 "
        "--tags Key=for-use-with-amazon-emr-managed-policies,Value=true",
    ]


def test_an_imported_vpc_that_is_prepared_is_silent(assembly: Assembly) -> None:
    answers = imported("10.10.0.0/16", ("use1-az1", "use1-az2"), is_prepared=True)
    assert found(assembly, IN_IMPORTED, **answers) == []


def test_one_zone_must_offer_a_type_of_each_fleet(assembly: Assembly) -> None:
    def offered(*pairs: tuple[str, str]) -> dict[str, Any]:
        offers = [{"InstanceType": name, "Location": zone} for name, zone in pairs]
        return {"ec2__DescribeInstanceTypeOfferings": {"InstanceTypeOfferings": offers}}

    assert found(assembly, **offered(("m6g.xlarge", "use1-az2"))) == []
    # Only r6g.xlarge is offered in the first zone, and it is a type of the task fleet alone.
    (only,) = found(assembly, **offered(("r6g.xlarge", "use1-az1")))
    assert only.startswith(
        "first run: none of the zones use1-az1, use1-az2 offers a type of each fleet among m6g.xlarge"
    )


def test_the_class_of_the_database_must_be_offered(assembly: Assembly) -> None:
    (only,) = found(assembly, rds__DescribeOrderableDBInstanceOptions={"OrderableDBInstanceOptions": []})
    assert only.startswith("tracking: Amazon RDS offers no db.t4g.small for postgres in us-east-1")


@pytest.mark.parametrize(
    ("is_on", "default", "admins", "is_obstacle"),
    [(False, True, (), False), (False, False, (), True), (False, False, (DEPLOYER,), False), (True, True, (), True)],
)
def test_whoever_deploys_must_be_an_administrator_where_lake_formation_decides(
    assembly: Assembly, is_on: bool, default: bool, admins: tuple[str, ...], is_obstacle: bool
) -> None:
    everybody = [{"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}]
    settings = {
        "CreateDatabaseDefaultPermissions": everybody if default else [],
        "DataLakeAdmins": [{"DataLakePrincipalIdentifier": admin} for admin in admins],
    }
    config = replace(CONFIG, lake=LakeConfig(lake_formation=is_on))
    lines = found(assembly, config, lakeformation__GetDataLakeSettings={"DataLakeSettings": settings})
    assert [line.partition(":")[0] for line in lines] == ["data"] * is_obstacle


def test_a_boundary_that_roles_name_must_exist(assembly: Assembly) -> None:
    config = replace(CONFIG, security=SecurityConfig(permissions_boundary="limits"))
    (only,) = found(assembly, config, iam__GetPolicy=error("NoSuchEntity"))
    assert "the policy limits does not exist" in only


def test_the_certificate_must_exist_and_name_the_host(assembly: Assembly) -> None:
    (missing,) = found(assembly, acm__DescribeCertificate=error("ResourceNotFoundException"))
    assert "does not exist -> aws acm request-certificate --domain-name mlflow.dev.data.corp.com" in missing
    other = {"Certificate": {"DomainName": "other.corp.com", "Status": "ISSUED"}}
    (wrong,) = found(assembly, acm__DescribeCertificate=other)
    assert "is for other.corp.com, not mlflow.dev.data.corp.com" in wrong
    wildcard = {"Certificate": {"DomainName": "*.dev.data.corp.com", "Status": "ISSUED"}}
    assert found(assembly, acm__DescribeCertificate=wildcard) == []


def test_a_placeholder_address_is_an_obstacle(assembly: Assembly) -> None:
    config = replace(CONFIG, budget=replace(CONFIG.budget, email="platform-team@example.com"))
    (only,) = found(assembly, config)
    assert only == (
        "observability: notifications go to platform-team@example.com, a placeholder"
        " -> export PLATFORM_DEV_EMAIL=<your address>"
    )


def test_every_single_resource_has_a_lookup() -> None:
    assert LOOKUPS.keys() == {name for name, row in resource_types().items() if row.limit == 1}


@pytest.mark.parametrize(
    ("type_name", "properties", "answers", "expected"),
    [
        (
            "AWS::Glue::DataCatalogEncryptionSettings",
            {},
            {"glue__GetDataCatalogEncryptionSettings": {
                "DataCatalogEncryptionSettings": {"EncryptionAtRest": {"CatalogEncryptionMode": "SSE-KMS"}}
            }},
            "the Data Catalog of the account is encrypted with the AWS managed key",
        ),
        (
            "AWS::IAM::OIDCProvider",
            {"Url": "https://token.actions.githubusercontent.com"},
            {"iam__ListOpenIDConnectProviders": {"OpenIDConnectProviderList": [
                {"Arn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"}
            ]}},
            "the account has the identity provider",
        ),
    ],
)  # fmt: skip
def test_a_single_resource_that_exists_is_an_obstacle(
    assembly: Assembly, type_name: str, properties: Any, answers: Any, expected: str
) -> None:
    template = {"Resources": {"Single": {"Type": type_name, "Properties": properties}}}
    with_resource = replace(assembly, templates={**assembly.templates, "delivery": template})
    (only,) = found(with_resource, **answers)
    assert expected in only


@pytest.mark.parametrize(("deployed", "is_kept"), [("3.0.6", False), (CONFIG.airflow.version, True)])
def test_a_version_of_airflow_is_not_changed_unnoticed(assembly: Assembly, deployed: str, is_kept: bool) -> None:
    stacks = {"Stacks": [stack("orchestration", "UPDATE_COMPLETE")]}
    running = {"Environment": {"AirflowVersion": deployed}}
    found_there = found(assembly, cloudformation__DescribeStacks=stacks, mwaa__GetEnvironment=running)
    told = [line for line in found_there if "Airflow" in line]
    assert (not told) is is_kept
    for line in told:
        assert line.startswith("orchestration: MWAA environment mlops-dev runs Airflow 3.0.6, the settings have")
        assert line.endswith('AirflowConfig: version="3.0.6"')

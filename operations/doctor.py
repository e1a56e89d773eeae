"""Check an AWS account before a deployment for mistakes that would fail it late and without an explanation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from common.resource_types import resource_types
from infra.config.platform_config import PlatformConfig
from infra.names import BootstrapRole, PlatformNames

#: The bootstrap version that the templates require.
_BOOTSTRAP = 6
_VERSION = "/cdk-bootstrap/hnb659fds/version"
_MWAA_BUCKET = "bucket that MWAA reads"
Client = Callable[[str], Any]


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """The result of one check: its subject, its current state, and what to do; `advice` is empty when it passes."""

    subject: str
    state: str
    advice: str = ""


def examine(config: PlatformConfig, client: Client) -> Iterator[Diagnosis]:
    """Check everything that a deployment of the environment depends on; only reads the account."""
    names = PlatformNames.of(config)
    yield _credentials(config, client)
    yield _bootstrap(client)
    yield _availability_zones(config, client)
    yield _service_linked_roles(client)
    yield _airflow_bucket(names, client)
    yield _database_permissions(config, names, client)
    yield _remaining_data(names, client)
    if config.tracking.certificate_arn:
        yield _certificate(config.tracking.certificate_arn, config.tracking.host, client)
    if config.security.permissions_boundary:
        yield _boundary(config, config.security.permissions_boundary, client)


def _credentials(config: PlatformConfig, client: Client) -> Diagnosis:
    account = client("sts").get_caller_identity()["Account"]
    setting = f"PLATFORM_{config.environment.upper()}_ACCOUNT"
    advice = "" if account == config.account else f"use credentials of account {config.account}, or set {setting}"
    return Diagnosis(subject="credentials", state=f"account {account}", advice=advice)


def _bootstrap(client: Client) -> Diagnosis:
    try:
        version = int(client("ssm").get_parameter(Name=_VERSION)["Parameter"]["Value"])
    except ClientError:
        version = 0
    advice = "" if version >= _BOOTSTRAP else f"run cdk bootstrap; required is version {_BOOTSTRAP} or newer"
    return Diagnosis(subject="bootstrap of the account and region", state=f"version {version}", advice=advice)


def _availability_zones(config: PlatformConfig, client: Client) -> Diagnosis:
    zones = client("ec2").describe_availability_zones()["AvailabilityZones"]
    available = sorted(zone["ZoneId"] for zone in zones if zone["State"] == "available")
    missing = sorted(set(config.network.availability_zones) - set(available))
    setting = f"PLATFORM_{config.environment.upper()}_ZONES"
    advice = f"choose other zones than {', '.join(missing)} with {setting}" if missing else ""
    return Diagnosis(subject="availability zones", state=", ".join(available), advice=advice)


def _service_linked_roles(client: Client) -> Diagnosis:
    """Check the roles that must exist before a stack creates a resource that needs them."""
    services = {row.service_linked_role for row in resource_types().values() if row.service_linked_role}
    pages = client("iam").get_paginator("list_roles").paginate(PathPrefix="/aws-service-role/")
    existing = {role["Path"].split("/")[2] for page in pages for role in page["Roles"]}
    missing = sorted(services - existing)
    commands = [f"aws iam create-service-linked-role --aws-service-name {service}" for service in missing]
    state = f"{len(services) - len(missing)} of {len(services)} exist"
    return Diagnosis(subject="service-linked roles", state=state, advice="; ".join(commands))


def _airflow_bucket(names: PlatformNames, client: Client) -> Diagnosis:
    """Check the bucket: MWAA rejects an unversioned or public one with INCORRECT_CONFIGURATION and no reason."""
    s3, bucket = client("s3"), names.assets_bucket
    try:
        is_versioned = s3.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled"
        block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    except ClientError as error:
        state = error.response["Error"]["Code"]
        return Diagnosis(subject=_MWAA_BUCKET, state=state, advice=f"run cdk bootstrap: it creates {bucket}")
    is_private = all(block.values())
    state = f"{'' if is_versioned else 'not '}versioned, {'' if is_private else 'not '}private"
    advice = f"make {bucket} versioned and private: MWAA rejects it otherwise"
    return Diagnosis(subject=_MWAA_BUCKET, state=state, advice="" if is_versioned and is_private else advice)


def _database_permissions(config: PlatformConfig, names: PlatformNames, client: Client) -> Diagnosis:
    """Check that the deployment may create Glue databases: under Lake Formation only administrators can."""
    settings = client("lakeformation").get_data_lake_settings()["DataLakeSettings"]
    admins = {each["DataLakePrincipalIdentifier"] for each in settings.get("DataLakeAdmins", [])}
    is_controlled_by_iam = bool(settings.get("CreateDatabaseDefaultPermissions"))
    deployer = names.bootstrap_role_arn(BootstrapRole.CLOUDFORMATION)
    state = f"controlled by {'IAM' if is_controlled_by_iam else 'Lake Formation'}, {len(admins)} administrators"
    needs_admin = config.lake.lake_formation or not is_controlled_by_iam
    advice = f"make {deployer} a data lake administrator" if needs_admin and deployer not in admins else ""
    return Diagnosis(subject="permission to create databases", state=state, advice=advice)


def _remaining_data(names: PlatformNames, client: Client) -> Diagnosis:
    """Check for buckets of an earlier deployment: creating a bucket with an existing name fails."""
    pages = client("cloudformation").get_paginator("describe_stacks").paginate()
    stacks = {stack["StackName"] for page in pages for stack in page["Stacks"]}
    suffix = f"-{names.account}-{names.region}"
    buckets = [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]]
    remaining = [name for name in buckets if name.startswith(f"{names.prefix}-") and name.endswith(suffix)]
    is_new = names.resource("data") not in stacks
    advice = "deploy with OPTIONS=--import-existing-resources" if remaining and is_new else ""
    state = f"{len(remaining)} buckets, {'no stack' if is_new else 'and their stack'}"
    return Diagnosis(subject="data of an earlier deployment", state=state, advice=advice)


def _certificate(arn: str, host: str, client: Client) -> Diagnosis:
    subject = "certificate of MLflow"
    try:
        certificate = client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    except ClientError as error:
        state = error.response["Error"]["Code"]
        return Diagnosis(subject=subject, state=state, advice=f"configure the ARN of a certificate for {host}")
    hosts = [certificate["DomainName"], *certificate.get("SubjectAlternativeNames", [])]
    covers = host in hosts or f"*.{host.split('.', 1)[1]}" in hosts
    is_issued = certificate["Status"] == "ISSUED"
    advice = "" if covers and is_issued else f"the load balancer needs an issued certificate for {host}"
    state = f"{certificate['Status']} for {', '.join(dict.fromkeys(hosts))}"
    return Diagnosis(subject=subject, state=state, advice=advice)


def _boundary(config: PlatformConfig, name: str, client: Client) -> Diagnosis:
    arn = f"arn:aws:iam::{config.account}:policy/{name}"
    try:
        client("iam").get_policy(PolicyArn=arn)
    except ClientError as error:
        state, advice = error.response["Error"]["Code"], f"create the policy {name}, which the roles refer to"
        return Diagnosis(subject="permissions boundary", state=state, advice=advice)
    return Diagnosis(subject="permissions boundary", state=arn)

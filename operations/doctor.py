"""What is wrong with an account before a deployment finds out: traps that end half an hour later with one word."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.config.platform_config import PlatformConfig
from infra.names import BootstrapRole, PlatformNames

#: The version of the bootstrap that the templates ask for.
_BOOTSTRAP = 6
_VERSION = "/cdk-bootstrap/hnb659fds/version"
Client = Callable[[str], Any]


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """One thing that was looked at; `advice` says what to do and is empty where all is well."""

    what: str
    found: str
    advice: str = ""


def examine(config: PlatformConfig, client: Client) -> Iterator[Diagnosis]:
    """Look at everything that a deployment of the environment relies on; nothing is changed."""
    names = PlatformNames.of(config)
    yield _caller(config, client)
    yield _bootstrap(client)
    yield _zones(config, client)
    yield _airflow_bucket(names, client)
    yield _databases(config, names, client)
    yield _leftovers(names, client)
    if config.tracking.certificate_arn:
        yield _certificate(config.tracking.certificate_arn, config.tracking.host, client)
    if config.security.permissions_boundary:
        yield _boundary(config, config.security.permissions_boundary, client)


def _caller(config: PlatformConfig, client: Client) -> Diagnosis:
    account = client("sts").get_caller_identity()["Account"]
    setting = f"PLATFORM_{config.environment.upper()}_ACCOUNT"
    advice = "" if account == config.account else f"use credentials of account {config.account}, or set {setting}"
    return Diagnosis(what="credentials", found=f"account {account}", advice=advice)


def _bootstrap(client: Client) -> Diagnosis:
    try:
        version = int(client("ssm").get_parameter(Name=_VERSION)["Parameter"]["Value"])
    except ClientError:
        version = 0
    advice = "" if version >= _BOOTSTRAP else f"run cdk bootstrap; needed is version {_BOOTSTRAP} or newer"
    return Diagnosis(what="bootstrap of the account and region", found=f"version {version}", advice=advice)


def _zones(config: PlatformConfig, client: Client) -> Diagnosis:
    told = client("ec2").describe_availability_zones()["AvailabilityZones"]
    found = sorted(zone["ZoneName"] for zone in told if zone["State"] == "available")
    missing = sorted(set(config.network.availability_zones) - set(found))
    advice = f"choose other zones than {', '.join(missing)} in infra/environments.py" if missing else ""
    return Diagnosis(what="availability zones", found=", ".join(found), advice=advice)


def _airflow_bucket(names: PlatformNames, client: Client) -> Diagnosis:
    """MWAA refuses a bucket that is not versioned or not private with INCORRECT_CONFIGURATION and no reason."""
    s3, bucket = client("s3"), names.assets_bucket
    try:
        is_versioned = s3.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled"
        block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    except ClientError as error:
        found = error.response["Error"]["Code"]
        return Diagnosis(what="bucket that MWAA reads", found=found, advice=f"run cdk bootstrap: it makes {bucket}")
    is_private = all(block.values())
    found = f"{'' if is_versioned else 'not '}versioned, {'' if is_private else 'not '}private"
    advice = "" if is_versioned and is_private else f"make {bucket} versioned and private: MWAA refuses it otherwise"
    return Diagnosis(what="bucket that MWAA reads", found=found, advice=advice)


def _databases(config: PlatformConfig, names: PlatformNames, client: Client) -> Diagnosis:
    """Where Lake Formation decides, creating a Glue database needs an administrator's right, whatever IAM says."""
    settings = client("lakeformation").get_data_lake_settings()["DataLakeSettings"]
    admins = {each["DataLakePrincipalIdentifier"] for each in settings.get("DataLakeAdmins", [])}
    is_decided_by_iam = bool(settings.get("CreateDatabaseDefaultPermissions"))
    deployer = names.bootstrap_role_arn(BootstrapRole.CLOUDFORMATION)
    found = f"{'IAM' if is_decided_by_iam else 'Lake Formation'} decides, {len(admins)} administrators"
    needs_admin = config.lake.lake_formation or not is_decided_by_iam
    advice = f"make {deployer} a data lake administrator" if needs_admin and deployer not in admins else ""
    return Diagnosis(what="who may create databases", found=found, advice=advice)


def _leftovers(names: PlatformNames, client: Client) -> Diagnosis:
    """Resources with literal names that were kept make the next creation fail."""
    stacks = client("cloudformation").get_paginator("describe_stacks").paginate()
    deployed = {stack["StackName"] for page in stacks for stack in page["Stacks"]}
    suffix = f"-{names.account}-{names.region}"
    buckets = [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]]
    kept = [name for name in buckets if name.startswith(f"{names.prefix}-") and name.endswith(suffix)]
    is_new = names.resource("data") not in deployed
    advice = "deploy with OPTIONS=--import-existing-resources" if kept and is_new else ""
    found = f"{len(kept)} buckets, {'no stack' if is_new else 'their stack'}"
    return Diagnosis(what="data of an earlier deployment", found=found, advice=advice)


def _certificate(arn: str, host: str, client: Client) -> Diagnosis:
    what = "certificate of MLflow"
    try:
        certificate = client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    except ClientError as error:
        return Diagnosis(what=what, found=error.response["Error"]["Code"], advice=f"give the ARN of one for {host}")
    hosts = [certificate["DomainName"], *certificate.get("SubjectAlternativeNames", [])]
    covers = host in hosts or f"*.{host.split('.', 1)[1]}" in hosts
    is_issued = certificate["Status"] == "ISSUED"
    advice = "" if covers and is_issued else f"the balancer needs an issued certificate for {host}"
    return Diagnosis(what=what, found=f"{certificate['Status']} for {', '.join(dict.fromkeys(hosts))}", advice=advice)


def _boundary(config: PlatformConfig, name: str, client: Client) -> Diagnosis:
    arn = f"arn:aws:iam::{config.account}:policy/{name}"
    try:
        client("iam").get_policy(PolicyArn=arn)
    except ClientError as error:
        found = error.response["Error"]["Code"]
        return Diagnosis(what="permissions boundary", found=found, advice=f"create the policy {name}: roles name it")
    return Diagnosis(what="permissions boundary", found=arn)

"""What `cdk bootstrap` has to have created, and the bucket of it that MWAA reads."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from operations.doctor.obstacle import ACCOUNT, Obstacle
from operations.doctor.subject import Subject

#: The bootstrap version that the templates require.
_VERSION = 6
_PARAMETER = "/cdk-bootstrap/hnb659fds/version"
_COMMAND = ".venv/main/bin/python -m cli cdk bootstrap"


def bootstrap_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Yield obstacles in the bootstrap of the account and region, and in its bucket."""
    found = _bootstrap_version(subject)
    if found < _VERSION:
        state = f"has bootstrap version {found}" if found else "is not bootstrapped"
        yield Obstacle(
            stage=ACCOUNT,
            what=f"account {subject.config.account} {state} in {subject.config.region}; needed is version {_VERSION}",
            why="the CDK CLI finds neither the roles that deploy nor the bucket and repository of assets",
            remedy=[f"{_COMMAND} {subject.config.environment}"],
        )
        return
    yield from _bucket_obstacles(subject)


def _bootstrap_version(subject: Subject) -> int:
    try:
        return int(subject.client("ssm").get_parameter(Name=_PARAMETER)["Parameter"]["Value"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
        return 0


def _bucket_obstacles(subject: Subject) -> Iterator[Obstacle]:
    """Check the bucket: MWAA rejects an unversioned or public one with INCORRECT_CONFIGURATION and no reason."""
    s3, bucket = subject.client("s3"), subject.names.assets_bucket
    rejected = "MWAA reads its DAGs from this bucket and ends in CREATE_FAILED after 20 minutes without a reason"
    try:
        is_versioned = s3.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled"
    except ClientError as error:
        yield Obstacle(
            stage=ACCOUNT,
            what=f"bucket {bucket} of the bootstrap cannot be read ({error.response['Error']['Code']})",
            why="the CDK CLI uploads templates, code and DAGs to it",
            remedy=[f"{_COMMAND} {subject.config.environment} --force"],
        )
        return
    if not is_versioned:
        command = f"aws s3api put-bucket-versioning --bucket {bucket} --versioning-configuration Status=Enabled"
        yield Obstacle(stage="orchestration", what=f"bucket {bucket} is not versioned", why=rejected, remedy=[command])
    if not _is_private(s3, bucket):
        settings = "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true"
        command = f"aws s3api put-public-access-block --bucket {bucket} --public-access-block-configuration {settings}"
        what = f"bucket {bucket} does not block public access"
        yield Obstacle(stage="orchestration", what=what, why=rejected, remedy=[command])
    if key := _customer_key(subject, s3, bucket):
        yield Obstacle(
            stage="orchestration",
            what=f"bucket {bucket} is encrypted with the customer key {key}",
            why="MWAA requires that such a key is also the environment's key, which is one of the platform's own keys",
            remedy=[f"{_COMMAND} {subject.config.environment} --bootstrap-customer-key=false"],
        )


def _is_private(s3: Any, bucket: str) -> bool:
    try:
        return all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchPublicAccessBlockConfiguration":
            raise
        return False


def _customer_key(subject: Subject, s3: Any, bucket: str) -> str | None:
    """Return the key of the bucket unless it is an AWS managed one; MWAA's role may use those."""
    try:
        rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ServerSideEncryptionConfigurationNotFoundError":
            raise
        return None
    defaults = [rule.get("ApplyServerSideEncryptionByDefault", {}) for rule in rules]
    keys = [str(default["KMSMasterKeyID"]) for default in defaults if default.get("KMSMasterKeyID")]
    customer = [key for key in keys if not key.endswith("alias/aws/s3") and not _is_managed(subject, key)]
    return customer[0] if customer else None


def _is_managed(subject: Subject, key: str) -> bool:
    return bool(subject.client("kms").describe_key(KeyId=key)["KeyMetadata"]["KeyManager"] == "AWS")

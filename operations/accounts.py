"""An environment's account, read with the rights that `cdk bootstrap` made for looking."""

import boto3

from infra.config.platform_config import PlatformConfig
from infra.names import BootstrapRole, PlatformNames


def reading_session(config: PlatformConfig) -> boto3.Session:
    """A session that reads the account and decrypts nothing: the bootstrap's lookup role."""
    sts = boto3.client("sts", region_name=config.region)
    role_arn = PlatformNames.of(config).bootstrap_role_arn(BootstrapRole.LOOKUP)
    given = sts.assume_role(RoleArn=role_arn, RoleSessionName="platform-reads")["Credentials"]
    return boto3.Session(
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
        region_name=config.region,
    )

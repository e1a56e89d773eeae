"""Sessions in the account of an environment, through the roles that `cdk bootstrap` creates."""

import boto3

from infra.config.platform_config import PlatformConfig
from infra.names import BootstrapRole, PlatformNames


def lookup_session(config: PlatformConfig) -> boto3.Session:
    """Assume the bootstrap's lookup role, which may read the account but decrypt nothing."""
    return _session(config, BootstrapRole.LOOKUP, "platform-reads")


def deploy_session(config: PlatformConfig) -> boto3.Session:
    """Assume the bootstrap's deploy role, which may read, create and delete stacks."""
    return _session(config, BootstrapRole.DEPLOY, "platform-deploys")


def _session(config: PlatformConfig, role: BootstrapRole, name: str) -> boto3.Session:
    sts = boto3.client("sts", region_name=config.region)
    role_arn = PlatformNames.of(config).bootstrap_role_arn(role)
    credentials = sts.assume_role(RoleArn=role_arn, RoleSessionName=name)["Credentials"]
    return boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=config.region,
    )

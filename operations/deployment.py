"""Deploy an environment with the CDK CLI, after what an earlier attempt left is out of its way."""

import time
from collections.abc import Sequence
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from common.errors import PlatformError
from infra.config.platform_config import PlatformConfig
from infra.names import PlatformNames
from operations.accounts import deploy_session
from operations.cdk import run_cdk
from operations.failed_creation import clear_failed_creations
from operations.teardown.account import Account


def deploy(config: PlatformConfig, extra: Sequence[str], console: Console, *, only: str | None = None) -> int:
    """Deploy all stacks, or `only` one with the stacks that it depends on; returns the exit code of the CDK CLI."""
    names = PlatformNames.of(config)
    clear_failed(deployment_account(config), console)
    targets = ("--all",) if only is None else (names.resource(only),)
    return run_cdk("deploy", config.environment, extra, targets=targets)


def clear_failed(account: Account, console: Console) -> int:
    """Prepare stacks whose creation was rolled back for the next deployment; returns the number of changes."""
    changes = 0
    for line in clear_failed_creations(account):
        console.print(line, highlight=False, soft_wrap=True)
        changes += 1
    return changes


def deployment_account(config: PlatformConfig) -> Account:
    """The account with the permissions of a deployment: stacks through the bootstrap's role, all else as the caller."""
    own = boto3.Session(region_name=config.region)
    try:
        stacks = deploy_session(config)
    except (BotoCoreError, ClientError) as error:
        raise PlatformError(
            f"account {config.account}, region {config.region}: the deploy role of the CDK bootstrap cannot be assumed "
            f"({error}); run `make doctor ENV={config.environment}`, which prints what is missing"
        ) from error

    def client(service: str) -> Any:
        return (stacks if service == "cloudformation" else own).client(service)

    return Account(names=PlatformNames.of(config), client=client, pause=time.sleep)

"""Deploy an environment with the CDK CLI, after what an earlier attempt left is out of its way."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from checks.baselines.pipeline_files import require_baselines
from common.errors import PlatformError
from infra.config.platform_config import PlatformConfig
from infra.first_objects import DATA_STACK, FirstObject, first_objects
from infra.names import PlatformNames
from jobs.contracts.pipeline import load_pipelines
from operations.accounts import deploy_session, lookup_session
from operations.failed_creation import clear_failed_creations
from operations.teardown.account import Account
from operations.watched_deployment import deploy_watched


def deploy(config: PlatformConfig, extra: Sequence[str], console: Console, *, only: str | None = None) -> int:
    """Deploy all stacks, or `only` one with the stacks that it depends on; returns the exit code of the CDK CLI.

    Raises PlatformError if a pipeline has no baseline, or a stack needs an object that was not uploaded yet.
    """
    require_baselines()
    names = PlatformNames.of(config)
    account = deployment_account(config)
    needed = [each for each in first_objects(config.with_pipelines(load_pipelines())) if each.is_needed_by(only)]
    if needed:
        require_objects(config, needed, lookup_session(config).client("s3"))
    clear_failed(account, console)
    targets = ("--all",) if only is None else (names.resource(only),)
    return deploy_watched(config.environment, extra, console, targets=targets)


def require_objects(config: PlatformConfig, objects: Iterable[FirstObject], s3: Any) -> None:
    """Raise PlatformError with the commands that upload it, if one of the objects does not exist."""
    for each in objects:
        if not exists(s3, each):
            deploy_data = f'make deploy ENV={config.environment} OPTIONS="--only {DATA_STACK}"'
            listed = "".join(f"\n  {step}" for step in (deploy_data, *each.commands))
            raise PlatformError(
                f"{each.uri} does not exist, and {each.needed_by} cannot start without it; deploy the stack "
                f"{DATA_STACK} with the bucket, upload the object, then deploy the rest:{listed}"
            )


def exists(s3: Any, wanted: FirstObject) -> bool:
    """Return whether an object, or anything in a folder, exists; a bucket that does not exist contains nothing."""
    try:
        page = s3.list_objects_v2(Bucket=wanted.bucket, Prefix=wanted.key, MaxKeys=1)
    except s3.exceptions.NoSuchBucket:
        return False
    return any(each["Key"] == wanted.key or wanted.key.endswith("/") for each in page.get("Contents", ()))


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

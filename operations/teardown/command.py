"""The teardown command: show the plan, or run the steps and destroy the stacks with the CDK CLI."""

import time
from typing import Any

import boto3
from rich.console import Console
from rich.table import Table

from common.errors import PlatformError
from infra.config.platform_config import PlatformConfig
from infra.names import PlatformNames
from operations.cdk import run_cdk
from operations.teardown.account import Account
from operations.teardown.procedure import AFTER, ASSETS, BEFORE, DATA, STATELESS, UNBLOCK, Stacks, tear_down


def plan(config: PlatformConfig, console: Console, *, deletes_data: bool) -> None:
    """Print the steps and the command that starts them."""
    _require_confirmation(config, deletes_data=deletes_data)
    table = Table("step", "description", title=f"Teardown of {config.environment}, not started")
    steps = (*BEFORE, *DATA, *UNBLOCK) if deletes_data else (*BEFORE, UNBLOCK[1])
    for step in steps:
        table.add_row(step.name, step.description)
    table.add_row("destroy", "delete all stacks" if deletes_data else f"delete the stacks {', '.join(STATELESS)}")
    for step in (*AFTER, *ASSETS) if deletes_data else AFTER:
        table.add_row(step.name, step.description)
    console.print(table)
    data = " --delete-data" if deletes_data else ""
    console.print(f"to start: python -m cli teardown {config.environment}{data} --confirm {config.environment}")


def take_down(config: PlatformConfig, console: Console, *, deletes_data: bool) -> None:
    """Run all steps with the caller's credentials; raises PlatformError when a step fails or resources remain."""
    _require_confirmation(config, deletes_data=deletes_data)

    def client(service: str) -> Any:
        return boto3.client(service, region_name=config.region)

    account = Account(names=PlatformNames.of(config), client=client, pause=time.sleep)
    for name, count in tear_down(account, _stacks(config, deletes_data=deletes_data), deletes_data=deletes_data):
        console.print(f"{name}: {count}")


def _require_confirmation(config: PlatformConfig, *, deletes_data: bool) -> None:
    if deletes_data and config.retention.keep_data:
        raise PlatformError(
            f"--delete-data: retention.keep_data of {config.environment} is true, required is false; "
            "change the setting first if the data may be deleted"
        )


def _stacks(config: PlatformConfig, *, deletes_data: bool) -> Stacks:
    environment = config.environment
    variables = {"PLATFORM_DELETE_DATA": environment} if deletes_data else {}

    def cdk(action: str, *extra: str, targets: tuple[str, ...] = ("--all",)) -> bool:
        return run_cdk(action, environment, extra, targets=targets, variables=variables) == 0

    return Stacks(
        release=lambda names: cdk("deploy", "--exclusively", "--require-approval", "never", targets=tuple(names)),
        destroy=lambda names: cdk("destroy", "--exclusively", "--force", targets=tuple(names)),
    )

"""Commands that ask a deployed environment's account."""

import os
import time
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

account = typer.Typer()


@account.command()
def drift(environment: str) -> None:
    """Tell what was changed behind the stacks' back; ends with 1 when something was."""
    from app import placed
    from infra.names import PlatformNames
    from operations.accounts import reading_session
    from operations.drift import find_drift

    config = placed(environment, os.environ)
    found = find_drift(reading_session(config).client("cloudformation"), PlatformNames.of(config), time.sleep)
    table = Table("stack", "resource", "type", "status", "properties", title=f"Drift of {environment}")
    for each in found:
        table.add_row(each.stack, each.logical_id, each.type, each.status, "\n".join(each.properties))
    Console().print(table if found else f"{environment} is as its templates say")
    raise typer.Exit(1 if found else 0)


@account.command()
def doctor(environment: str) -> None:
    """Look at the account before a deployment: bootstrap, zones, MWAA's bucket, Lake Formation, leftovers."""
    import boto3

    from app import placed
    from operations.doctor import examine

    config = placed(environment, os.environ)
    found = list(examine(config, boto3.Session(region_name=config.region).client))
    table = Table("looked at", "found", "do", title=f"Account of {environment}")
    for each in found:
        table.add_row(each.what, each.found, each.advice or "nothing")
    Console().print(table)
    raise typer.Exit(1 if any(each.advice for each in found) else 0)


@account.command()
def teardown(
    environment: str,
    confirm: Annotated[
        str, typer.Option(help="The environment's name once more; without it only the plan is shown.")
    ] = "",
    delete_data: Annotated[bool, typer.Option("--delete-data", help="Delete what holds data as well.")] = False,
) -> None:
    """Take an environment down and leave nothing behind that costs; see docs/teardown.md."""
    from app import placed
    from operations.teardown.command import plan, take_down

    config = placed(environment, os.environ)
    console = Console()
    if confirm != environment:
        plan(config, console, deletes_data=delete_data)
        return
    take_down(config, console, deletes_data=delete_data)

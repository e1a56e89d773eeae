"""Commands that use the AWS account of an environment."""

import os
import time
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

account = typer.Typer()


@account.command()
def drift(environment: str) -> None:
    """Detect drift of the deployed stacks; exits with 1 when a resource has drifted."""
    from app import placed
    from infra.names import PlatformNames
    from operations.accounts import lookup_session
    from operations.drift import find_drift

    config = placed(environment, os.environ)
    found = find_drift(lookup_session(config).client("cloudformation"), PlatformNames.of(config), time.sleep)
    table = Table("stack", "resource", "type", "status", "properties", title=f"Drift of {environment}")
    for each in found:
        table.add_row(each.stack, each.logical_id, each.type, each.status, "\n".join(each.properties))
    Console().print(table if found else f"no resource of {environment} has drifted")
    raise typer.Exit(1 if found else 0)


@account.command()
def doctor(environment: str) -> None:
    """Check the account before a deployment: bootstrap, zones, roles, MWAA's bucket, Lake Formation, remaining data."""
    import boto3

    from app import placed
    from operations.doctor import examine

    config = placed(environment, os.environ)
    found = list(examine(config, boto3.Session(region_name=config.region).client))
    table = Table("check", "state", "to do", title=f"Account of {environment}")
    for each in found:
        table.add_row(each.subject, each.state, each.advice or "nothing")
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

"""Commands that use the AWS account of an environment, with the caller's credentials."""

import os
import time
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

account = typer.Typer()


@account.command()
def drift(environment: str) -> None:
    """Detect drift of deployed stacks; exits with 1 if a resource has drifted."""
    from app import placed
    from infra.names import PlatformNames
    from operations.accounts import lookup_session
    from operations.drift import find_drift

    config = placed(environment, os.environ)
    drifted = find_drift(lookup_session(config).client("cloudformation"), PlatformNames.of(config), time.sleep)
    table = Table("stack", "resource", "type", "status", "properties", title=f"Drift of {environment}")
    for each in drifted:
        table.add_row(each.stack, each.logical_id, each.type, each.status, "\n".join(each.properties))
    Console().print(table if drifted else f"no resource of {environment} has drifted")
    raise typer.Exit(1 if drifted else 0)


@account.command()
def doctor(environment: str) -> None:
    """Print every obstacle to a deployment in the order in which it would meet them; exits with 1 if there are any."""
    from app import placed
    from operations.doctor.command import obstacles_of
    from operations.doctor.report import report_lines

    config = placed(environment, os.environ)
    obstacles = obstacles_of(config)
    for line in report_lines(config, obstacles):
        typer.echo(line)
    raise typer.Exit(1 if obstacles else 0)


@account.command()
def field_ids(
    environment: str,
    correct: Annotated[bool, typer.Option("--repair", help="Give empty tables the ids of their contracts.")] = False,
) -> None:
    """Compare the field ids of the deployed Iceberg tables with the contracts; exits with 1 if they differ."""
    import boto3

    from app import placed
    from infra.names import PlatformNames
    from jobs.contracts.pipeline import load_pipeline, pipeline_names
    from operations.field_ids import deployed_tables, repair

    config = placed(environment, os.environ)
    glue, s3 = (boto3.client(service, region_name=config.region) for service in ("glue", "s3"))
    pipelines = [load_pipeline(name) for name in pipeline_names()]
    tables = list(deployed_tables(glue, s3, PlatformNames.of(config), pipelines))
    different = [table for table in tables if table.differences]
    for table in different:
        typer.echo("\n".join(table.differences))
        if correct:
            repair(glue, s3, table)
    typer.echo(f"{len(tables)} tables, {len(different)} {'repaired' if correct else 'differ'}")
    raise typer.Exit(1 if different and not correct else 0)


@account.command()
def teardown(
    environment: str,
    confirm: Annotated[
        str, typer.Option(help="Name of the environment again, as confirmation; without it, only the plan is shown.")
    ] = "",
    delete_data: Annotated[
        bool, typer.Option("--delete-data", help="Also delete the resources that hold data.")
    ] = False,
) -> None:
    """Delete an environment and everything in it that incurs costs; see docs/teardown.md."""
    from app import placed
    from operations.teardown.command import plan, take_down

    config = placed(environment, os.environ)
    console = Console()
    if confirm != environment:
        plan(config, console, deletes_data=delete_data)
        return
    take_down(config, console, deletes_data=delete_data)


@account.command()
def land(
    bucket: Annotated[str, typer.Option(help="Name of the landing bucket.")],
    pipeline: Annotated[str, typer.Option(help="Pipeline whose example data is uploaded.")],
    first: Annotated[str | None, typer.Option(help="First partition of data, for example 2013-01.")] = None,
    last: Annotated[str | None, typer.Option(help="Last partition of data.")] = None,
) -> None:
    """Upload a pipeline's example data to a landing bucket on AWS, by default what its splits need."""
    import boto3

    from jobs.contracts.pipeline import load_pipeline
    from local.run_plan import DATA, RunOptions, RunPlan
    from operations.landing import land_files, read_files

    plan = RunPlan.of(load_pipeline(pipeline), RunOptions(first=first, last=last, kinds=(DATA,)))
    files = read_files(pipeline, plan.partitions[0], plan.partitions[-1])
    count = land_files(boto3.client("s3"), bucket, files)
    typer.echo(f"{count} files in s3://{bucket}/{pipeline}/")

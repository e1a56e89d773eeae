"""Commands of the local platform."""

import json
from typing import Annotated

import typer
from rich.console import Console

from cli.options import Json, MlflowPort
from common.paths import StatePaths

local = typer.Typer()


@local.command()
def run(
    *,
    first_month: Annotated[str, typer.Option(help="First month of data, YYYY-MM.")] = "2013-01",
    last_month: Annotated[str, typer.Option(help="Last month of data, YYYY-MM.")] = "2013-12",
    test_months: Annotated[int, typer.Option(help="Number of months at the end held out for the test.", min=1)] = 2,
    trials: Annotated[int, typer.Option(help="Number of tuning trials.", min=1, max=500)] = 6,
    data_only: Annotated[bool, typer.Option(help="Run the data DAG without the training DAG.")] = False,
    mlflow_port: MlflowPort = 0,
    as_json: Json = False,
) -> None:
    """Run the whole lifecycle on this machine with real data."""
    from cli.run import run_lifecycle
    from local.run_plan import RunPlan

    plan = RunPlan.of(first_month, last_month, test_months=test_months, trials=trials)
    summary = run_lifecycle(StatePaths.default(), plan, mlflow_port=mlflow_port, data_only=data_only, quiet=as_json)
    if as_json:
        typer.echo(json.dumps(summary))


@local.command()
def up(mlflow_port: MlflowPort = 0) -> None:
    """Start the local platform and leave it running."""
    from cli import services

    services.up(StatePaths.default(), mlflow_port, Console())


@local.command()
def down() -> None:
    """Stop the local platform, including processes left over from a crash."""
    from cli import services

    services.down(StatePaths.default(), Console())


@local.command()
def status(as_json: Json = False) -> None:
    """Show the addresses and processes of the local platform."""
    from cli import services

    services.status(StatePaths.default(), Console(), as_json=as_json)


@local.command()
def report() -> None:
    """Write report.html again from the summary of the last run."""
    from reports import write_report

    paths = StatePaths.default()
    Console().print(f"report: {write_report(paths.root / 'summary.json', paths.root / 'report.html')}")


@local.command()
def sql(
    query: Annotated[str | None, typer.Argument(help="A query; without one, queries are read from the prompt.")] = None,
    tables: Annotated[bool, typer.Option("--tables", help="List the tables.")] = False,
    as_json: Json = False,
) -> None:
    """Query the tables of the local lake; a table is named `database.table` as in Athena, or `pipeline.zone.table`."""
    from cli import sql

    paths, console = StatePaths.default(), Console()
    if tables:
        sql.list_tables(paths, console)
    elif query:
        sql.answer(paths, query, console, as_json=as_json)
    else:
        sql.prompt(paths, console)

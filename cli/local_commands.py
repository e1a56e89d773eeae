"""Commands of the local platform."""

import json
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from rich.console import Console

from cli.options import Json, MlflowPort, grouped
from common.paths import StatePaths

local = typer.Typer()


@dataclass(frozen=True, kw_only=True)
class Partitions:
    """The partitions that a run takes in and holds out."""

    first: Annotated[str | None, typer.Option(help="First partition of data, for example 2013-01.")] = None
    last: Annotated[str | None, typer.Option(help="Last partition of data.")] = None
    validation: Annotated[int | None, typer.Option(help="Number of partitions for validation.", min=1)] = None
    test: Annotated[int | None, typer.Option(help="Number of partitions at the end for the test.", min=1)] = None


@dataclass(frozen=True, kw_only=True)
class PastRun:
    """The part of a past run that runs again."""

    task: Annotated[str | None, typer.Option(help="Run this task of a past run again, and no other.")] = None
    from_task: Annotated[str | None, typer.Option("--from", help="Run this task and those after it again.")] = None
    past_run: Annotated[str, typer.Option("--run", help="Key of the past run; default: the newest.")] = ""


@local.command()
@grouped
def run(
    pipeline: Annotated[str | None, typer.Argument(help="Pipeline to run; default: all, one after the other.")] = None,
    *,
    partitions: Partitions,
    again: PastRun,
    dag: Annotated[list[str] | None, typer.Option(help="Run this DAG alone; can be repeated.")] = None,
    trials: Annotated[int, typer.Option(help="Number of tuning trials.", min=1, max=500)] = 6,
    mlflow_port: MlflowPort = 0,
    as_json: Json = False,
) -> None:
    """Run the whole lifecycle of a pipeline on this machine with real data; exits with 1 if it fails."""
    from cli.run import part_of, run_pipelines
    from jobs.contracts.pipeline import pipeline_names
    from local.run_plan import KINDS, RunOptions

    options = RunOptions(
        **asdict(partitions), trials=trials, kinds=tuple(dag or KINDS), part=part_of(pipeline, **asdict(again))
    )
    names = [pipeline] if pipeline else pipeline_names()
    summaries = run_pipelines(StatePaths.default(), names, options, mlflow_port=mlflow_port, quiet=as_json)
    if as_json:
        typer.echo(json.dumps(summaries[0] if pipeline else {each["pipeline"]: each for each in summaries}))
    if any(each["failure"] for each in summaries):
        raise typer.Exit(1)


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
    """Write the report of each pipeline again from the summary of its last run."""
    from reports.records import write_all

    for path in write_all(StatePaths.default()):
        Console().print(f"report: {path}", soft_wrap=True)


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


@local.command()
def reset(
    pipeline: str,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for a confirmation.")] = False,
) -> None:
    """Remove the local tables, landing files, artifacts and registered models of a pipeline."""
    from cli.reset import reset_pipeline

    reset_pipeline(StatePaths.default(), pipeline, Console(), confirmed=yes)

"""The commands; each is a few lines, the work is where its imports are, done late so that help is quick."""

import json
import sys
from typing import Annotated

import typer
from rich.console import Console

from cli.account_commands import account
from cli.airflow_commands import airflow
from common.paths import StatePaths

app = typer.Typer(
    name="platform",
    help="The MLOps platform: run it on this machine, synthesize it, deploy it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(airflow)
app.add_typer(account)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
MlflowPort = Annotated[int, typer.Option(help="Port of the MLflow pages; 0 takes a free one.")]


@app.command()
def run(
    *,
    first_month: Annotated[str, typer.Option(help="First month of data, YYYY-MM.")] = "2013-01",
    last_month: Annotated[str, typer.Option(help="Last month of data, YYYY-MM.")] = "2013-12",
    test_months: Annotated[int, typer.Option(help="How many of the last months are held out.", min=1)] = 2,
    trials: Annotated[int, typer.Option(help="Tuning trials.", min=1, max=500)] = 6,
    data_only: Annotated[bool, typer.Option(help="Run the data DAG and leave training out.")] = False,
    mlflow_port: MlflowPort = 0,
    as_json: Json = False,
) -> None:
    """Run the whole lifecycle on this machine, on real data."""
    from cli.run import RunPlan, run_lifecycle

    plan = RunPlan.of(first_month, last_month, test_months=test_months, trials=trials)
    summary = run_lifecycle(StatePaths.default(), plan, mlflow_port=mlflow_port, data_only=data_only, quiet=as_json)
    if as_json:
        typer.echo(json.dumps(summary))


@app.command()
def up(mlflow_port: MlflowPort = 0) -> None:
    """Start the local platform and leave it running."""
    from cli import services

    services.up(StatePaths.default(), mlflow_port, Console())


@app.command()
def down() -> None:
    """Stop the local platform, also what a crash left behind."""
    from cli import services

    services.down(StatePaths.default(), Console())


@app.command()
def status(as_json: Json = False) -> None:
    """Show what runs and where it listens."""
    from cli import services

    services.status(StatePaths.default(), Console(), as_json=as_json)


@app.command()
def report() -> None:
    """Write report.html again from the last run's summary."""
    from reports import write_report

    paths = StatePaths.default()
    Console().print(f"report: {write_report(paths.root / 'summary.json', paths.root / 'report.html')}")


@app.command()
def synth(
    environments: Annotated[list[str] | None, typer.Argument(help="Environments; all, unless some are named.")] = None,
) -> None:
    """Synthesize environments, by default all."""
    from cli.synth import synth
    from infra.environments import ENVIRONMENTS

    synth(Console(), environments or ENVIRONMENTS)


@app.command()
def diff_templates(
    base: Annotated[str, typer.Argument(help="Commit, branch or tag that the working tree is compared with.")],
) -> None:
    """Synthesize a revision and the working tree, and show the full difference of each template entry."""
    from common.paths import REPOSITORY
    from infra.environments import ENVIRONMENTS
    from operations.revisions import compare_templates
    from operations.template_diff import render

    for line in render(compare_templates(REPOSITORY, base, list(ENVIRONMENTS)), list(ENVIRONMENTS)):
        typer.echo(line)


@app.command()
def verify(
    only: Annotated[list[str] | None, typer.Option(help="Check this configuration only; may be repeated.")] = None,
    as_json: Json = False,
    write_acknowledged: Annotated[
        bool, typer.Option("--write-acknowledged", help="Replace checks/acknowledged.txt by the current list.")
    ] = False,
) -> None:
    """Check every configuration with every rule pack, linter and custom rule."""
    from cli.verify import verify_configurations

    verify_configurations(Console(), only or (), as_json=as_json, write_acknowledged=write_acknowledged)


@app.command()
def least_privilege(as_json: Json = False) -> None:
    """Show what each role may do against what it is used for; fails when anything is unused or missing."""
    from cli.least_privilege import show_least_privilege

    show_least_privilege(Console(), as_json=as_json)


@app.command()
def controls() -> None:
    """Print what enforces each security control, or why it is excepted."""
    from checks.controls import controls_page

    typer.echo(controls_page())


@app.command()
def mutate() -> None:
    """Seed mistakes and show which check detects each; fails unless all are detected."""
    from cli.mutate import mutate

    mutate(Console())


@app.command()
def baseline() -> None:
    """Agree on what the templates identify as irreplaceable; refused while a replacement is undecided."""
    from cli.baseline import agree_on_baseline

    agree_on_baseline(Console())


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def cdk(context: typer.Context, action: str, environment: str) -> None:
    """Run the pinned CDK command line, for example `cdk diff dev`."""
    from operations.cdk import run_cdk

    if action == "deploy" and sys.stdin.isatty():
        typer.confirm(f"Deploy to {environment} what `make diff ENV={environment}` shows?", abort=True)
    raise typer.Exit(run_cdk(action, environment, context.args))


@app.command()
def deploy_emulated() -> None:
    """Rehearse a deployment of dev: deploy, diff, update and destroy it on an emulator with the real CDK."""
    from cli.emulated_deploy import rehearse_deployment

    rehearse_deployment(StatePaths.default(), Console())


@app.command()
def requirements(
    check: Annotated[bool, typer.Option("--check", help="Only say whether they are current.")] = False,
) -> None:
    """Generate the requirements files from uv.lock."""
    from operations.requirements import write_requirements

    stale = write_requirements(check=check)
    for path in stale:
        typer.echo(f"{path}: {'differs from uv.lock; run make lock' if check else 'written'}")
    if check and stale:
        raise typer.Exit(1)


@app.command()
def land(
    bucket: Annotated[str, typer.Option(help="Landing bucket.")],
    first_month: str = "2013-01",
    last_month: str = "2013-12",
    pipeline: str = "flight_delay",
) -> None:
    """Put the example data into a landing bucket, on AWS with your credentials."""
    import boto3

    from cli.landing import land_files, read_files
    from jobs.contracts.months import month_range

    count = land_files(boto3.client("s3"), bucket, read_files(pipeline, month_range(first_month, last_month)))
    typer.echo(f"{count} files in s3://{bucket}/{pipeline}/")

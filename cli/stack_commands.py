"""Commands that synthesize, compare and deploy the stacks."""

import os
import sys
from typing import Annotated

import typer
from rich.console import Console

from common.paths import StatePaths

stacks = typer.Typer()


@stacks.command()
def synth(
    environments: Annotated[list[str] | None, typer.Argument(help="Environments to synthesize; default: all.")] = None,
) -> None:
    """Synthesize the named environments, by default all."""
    from cli.synth import synth
    from infra.environments import ENVIRONMENTS

    synth(Console(), environments or ENVIRONMENTS)


@stacks.command()
def diff_templates(
    base: Annotated[str, typer.Argument(help="Commit, branch or tag to compare the working tree with.")],
) -> None:
    """Synthesize a revision and the working tree, and show the full difference of each template entry."""
    from common.paths import REPOSITORY
    from infra.environments import ENVIRONMENTS
    from operations.revisions import compare_templates
    from operations.template_diff import render

    for line in render(compare_templates(REPOSITORY, base, list(ENVIRONMENTS)), list(ENVIRONMENTS)):
        typer.echo(line)


@stacks.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def cdk(context: typer.Context, action: str, environment: str) -> None:
    """Run the pinned CDK CLI, for example `cdk diff dev`; further arguments are passed on."""
    from operations.cdk import run_cdk

    raise typer.Exit(run_cdk(action, environment, context.args))


@stacks.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def deploy(
    context: typer.Context,
    environment: str,
    only: Annotated[
        str | None, typer.Option(help="Deploy one stack, for example `data`, with the stacks that it depends on.")
    ] = None,
) -> None:
    """Deploy an environment, also after a failed first deployment; further arguments go to `cdk deploy`."""
    from app import placed
    from operations.deployment import deploy

    config = placed(environment, os.environ)
    if sys.stdin.isatty():
        typer.confirm(f"Deploy the changes that `make diff ENV={environment}` shows to {environment}?", abort=True)
    raise typer.Exit(deploy(config, context.args, Console(), only=only))


@stacks.command()
def clear_failed(environment: str) -> None:
    """Remove what a failed first creation left: termination protection, database, buckets and log groups."""
    from app import placed
    from operations.deployment import clear_failed, deployment_account

    changes = clear_failed(deployment_account(placed(environment, os.environ)), Console())
    typer.echo(f"{environment}: {changes} changes")


@stacks.command()
def deploy_emulated() -> None:
    """Rehearse dev on an emulator with the real CDK CLI: failed creations, update and teardown."""
    from cli.emulated_deploy import rehearse_deployment

    rehearse_deployment(StatePaths.default(), Console())

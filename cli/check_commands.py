"""Commands that check templates, permissions and committed baselines."""

from typing import Annotated

import typer
from rich.console import Console

from cli.options import Json

checks = typer.Typer()


@checks.command()
def verify(
    only: Annotated[list[str] | None, typer.Option(help="Validate only this configuration; can be repeated.")] = None,
    as_json: Json = False,
    write_acknowledged: Annotated[
        bool, typer.Option("--write-acknowledged", help="Replace checks/acknowledged.txt with the current list.")
    ] = False,
) -> None:
    """Validate every configuration with every rule pack, linter and custom rule."""
    from cli.verify import verify_configurations

    verify_configurations(Console(), only or (), as_json=as_json, write_acknowledged=write_acknowledged)


@checks.command()
def least_privilege(as_json: Json = False) -> None:
    """Compare the granted and the used permissions of each role; fails if any is unused or missing."""
    from cli.least_privilege import show_least_privilege

    show_least_privilege(Console(), as_json=as_json)


@checks.command()
def controls() -> None:
    """Print how each security control is enforced, or the reason for its exception."""
    from checks.controls import controls_page

    typer.echo(controls_page())


@checks.command()
def mutate() -> None:
    """Seed mistakes and show which checks detect each; fails if a mistake is not detected."""
    from cli.mutate import mutate

    mutate(Console())


@checks.command()
def baseline() -> None:
    """Update the baselines of stateful resources, feature groups and columns; fails for a change they do not allow."""
    from cli.baseline import update_baselines

    update_baselines(Console())


@checks.command()
def requirements(
    check: Annotated[bool, typer.Option("--check", help="Report outdated files without writing them.")] = False,
) -> None:
    """Generate the requirements files from uv.lock."""
    from operations.requirements import write_requirements

    stale = write_requirements(check=check)
    for path in stale:
        typer.echo(f"{path}: {'differs from uv.lock; run make lock' if check else 'written'}")
    if check and stale:
        raise typer.Exit(1)

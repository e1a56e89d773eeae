"""Commands of pipelines: the static check and the generator."""

from typing import Annotated

import typer

from cli.options import Json

pipelines = typer.Typer()
pipeline = typer.Typer(help="Check a pipeline.", no_args_is_help=True)
pipelines.add_typer(pipeline, name="pipeline")


@pipeline.command()
def check(
    name: Annotated[str | None, typer.Argument(help="A folder of jobs/pipelines; all of them by default.")] = None,
    as_json: Json = False,
) -> None:
    """Find all mistakes of a pipeline that can be found without running it; exits with 1 if there are any."""
    from cli.pipeline_check import check_and_print

    check_and_print(name, as_json=as_json)

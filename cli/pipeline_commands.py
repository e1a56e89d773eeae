"""Commands of pipelines: the static check and the generator."""

from pathlib import Path
from typing import Annotated

import typer

from cli.options import Json
from jobs.contracts.metrics import Problem
from jobs.contracts.partitions import Grain

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


@pipelines.command()
def new(
    name: Annotated[str, typer.Argument(help="Lower-case words joined by single underscores.")],
    *,
    file: Annotated[Path | None, typer.Option("--from", help="A CSV file; sample data by default.")] = None,
    target: Annotated[str | None, typer.Option(help="The column to predict.")] = None,
    time: Annotated[str | None, typer.Option(help="The column with the moment of the prediction.")] = None,
    problem: Annotated[Problem | None, typer.Option(help="By default it follows from the target.")] = None,
    grain: Annotated[Grain | None, typer.Option(help="By default the coarsest with enough partitions.")] = None,
    key: Annotated[str | None, typer.Option(help="The column that identifies a row, alone or with the time.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="No feature; can be repeated.")] = None,
) -> None:
    """Write the folder of a new pipeline, which runs at once, from a CSV file or from sample data."""
    from cli.new_pipeline import write_pipeline
    from generator.profile import Options

    given = {"--target": target, "--time": time, "--problem": problem, "--grain": grain, "--key": key}
    if file is None:
        without_file = [option for option, value in given.items() if value is not None]
        if without_file:
            raise typer.BadParameter(f"{', '.join(without_file)} describe the columns of a file; name it with --from")
        write_pipeline(name, None)
        return
    if target is None or time is None:
        raise typer.BadParameter("--from needs --target and --time: the columns to predict and with the time of a row")
    write_pipeline(
        name,
        Options(
            path=file, target=target, time=time, problem=problem, grain=grain, key=key, exclude=tuple(exclude or ())
        ),
    )

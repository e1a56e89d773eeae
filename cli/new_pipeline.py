"""Write a new pipeline, and print what was found in its data and what to do next."""

import typer

from cli.pipeline_check import check_and_print
from common.paths import REPOSITORY
from generator.create import Created, create_pipeline
from generator.profile import Options


def write_pipeline(name: str, options: Options | None) -> None:
    """Write the folder and its tests, check the new pipeline, and print the next steps."""
    created = create_pipeline(name, options, REPOSITORY)
    for folder in created.folders:
        typer.echo(f"written: {folder.relative_to(REPOSITORY)}")
    _print_findings(created)
    check_and_print(name, as_json=False)
    typer.echo(
        f"\nnext: read the comments in jobs/pipelines/{name}, then\n"
        f"  make check-pipeline PIPELINE={name}\n"
        f"  .venv/main/bin/python -m pytest -n0 tests/jobs/pipelines/{name}\n"
        f"  .venv/main/bin/python -m cli run {name}\n"
        f"before a deployment: make baseline, and commit jobs/pipelines/{name}/baseline"
    )


def _print_findings(created: Created) -> None:
    profile = created.profile
    known = [column.name for column in (*profile.numeric, *profile.categorical)]
    if known:
        typer.echo(
            f"assumed to be known at {profile.time.title}, the moment of the prediction: {', '.join(known)}; "
            "generate again with --exclude if one is not"
        )
    for column, reason in profile.left_out.items():
        typer.echo(f"no feature: {column} {reason}")
    renamed = [f"{column.title!r} is {column.name}" for column in profile.columns if column.title != column.name]
    if renamed:
        typer.echo(f"renamed columns: {', '.join(renamed)}")

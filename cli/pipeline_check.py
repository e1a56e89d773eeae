"""Print the mistakes of pipelines, or what was found in those without mistakes."""

import json

import typer

from jobs.contracts.pipeline import load_pipeline, pipeline_names
from jobs.pipeline_check.check import check_pipeline
from jobs.pipeline_check.mistake import Mistake
from jobs.pipeline_check.summary import summary


def check_and_print(name: str | None, *, as_json: bool) -> None:
    """Check one pipeline or all; exits with 1 after the last mistake."""
    found = {each: check_pipeline(each) for each in ([name] if name else pipeline_names())}
    if as_json:
        typer.echo(json.dumps({each: [vars(mistake) for mistake in mistakes] for each, mistakes in found.items()}))
    else:
        for each, mistakes in found.items():
            _print(each, mistakes)
    if any(found.values()):
        raise typer.Exit(1)


def _print(name: str, mistakes: list[Mistake]) -> None:
    for mistake in mistakes:
        typer.echo(str(mistake))
    if mistakes:
        typer.echo(f"{name}: {len(mistakes)} mistake{'s' if len(mistakes) > 1 else ''}")
        return
    typer.echo(f"{name}: no mistakes")
    for title, text in summary(load_pipeline(name)).items():
        typer.echo(f"  {title:<11}{text}")

"""Remove what the runs of a pipeline left on the local platform."""

from dataclasses import asdict

import typer
from rich.console import Console

from common.paths import StatePaths
from jobs.contracts.pipeline import load_pipeline
from jobs.reporting.text import enumerated, with_noun
from local.platform import LocalPlatform, exclusive, running_endpoints
from local.reset import reset, tables_of
from reports.records import remove_record, write_index


def reset_pipeline(paths: StatePaths, pipeline: str, console: Console, *, confirmed: bool) -> None:
    """Remove tables, landing files, artifacts and registered models of a pipeline, after a confirmation."""
    load_pipeline(pipeline)  # rejects an unknown name
    with exclusive(paths):
        if not confirmed:
            names = ", ".join(table.short_name for table in tables_of(paths, pipeline)) or "no table"
            typer.confirm(
                f"Remove the local data of {pipeline}: {names}, its landing files, artifacts and registered models?",
                abort=True,
            )
        platform = LocalPlatform(paths)
        running = running_endpoints(paths)
        try:
            with console.status("removing"):
                endpoints = running or platform.start()
                platform.wait_for_tracking(endpoints)
                removed = reset(paths, endpoints, pipeline)
                if running:  # moto cannot delete model packages, but restores what is left on disk
                    platform.restart_api(running)
        finally:
            if not running:
                platform.stop()
        remove_record(paths, pipeline)
        write_index(paths)
    counts = [with_noun(count, name.replace("_", " ").removesuffix("s")) for name, count in asdict(removed).items()]
    console.print(f"{pipeline}: removed {enumerated(counts)}", highlight=False, soft_wrap=True)

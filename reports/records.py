"""The summary and the report of each pipeline's last run in the state folder, and the page that links them."""

import json
from collections.abc import Mapping
from typing import Any

from common.errors import PlatformError
from common.files import write_atomically
from common.paths import StatePaths
from jobs.contracts.pipeline import pipeline_names
from reports.page import write_index_page, write_report

Document = dict[str, Any]


def write_record(paths: StatePaths, summary: Mapping[str, Any]) -> Document:
    """Write `summary.json` and `report.html` to the pipeline's folder and return the summary with the report's path."""
    folder = paths.pipeline(str(summary["pipeline"]))
    document = {**summary, "report": str(folder / "report.html")}
    write_atomically(folder / "summary.json", json.dumps(document, indent=1))
    write_report(folder / "summary.json", folder / "report.html")
    return document


def remove_record(paths: StatePaths, pipeline: str) -> None:
    """Delete summary and report of a pipeline's last run, so that an interrupted run does not leave them as its own."""
    for name in ("summary.json", "report.html"):
        (paths.pipeline(pipeline) / name).unlink(missing_ok=True)
    write_index(paths)


def write_index(paths: StatePaths) -> None:
    """Write the page that links the reports of all pipelines."""
    summaries = [paths.pipeline(name) / "summary.json" for name in pipeline_names()]
    write_index_page([path for path in summaries if path.exists()], paths.root / "report.html")


def write_all(paths: StatePaths) -> list[str]:
    """Write the report of every summary again and return the paths; raises PlatformError if there is no summary."""
    written = []
    for name in pipeline_names():
        source = paths.pipeline(name) / "summary.json"
        if source.exists():
            written.append(str(write_report(source, source.with_name("report.html"))))
    if not written:
        raise PlatformError(f"{paths.root} has no summary of a run; write one with `make run`")
    write_index(paths)
    return written

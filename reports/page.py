"""Write the report of a run, and the index of all reports: the model, then data and timing of the run."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from common.errors import PlatformError
from common.files import write_atomically
from jobs.reporting.blocks import Section
from jobs.reporting.headline import headline
from jobs.reporting.model_page import model_cards, model_sections, subtitle, suspicions, title_of_pipeline
from jobs.reporting.objective import part
from jobs.reporting.page import Entry, Page, index_text, page_text
from jobs.reporting.sections.lineage import Tracking
from jobs.reporting.text import Document, moment, number, span_text
from reports import data, registry, run
from reports.verdict import verdict

#: What follows the sections on the model.
_SECTIONS = (
    ("Data", data.quality),
    ("Timing", run.timing),
    ("Registry", registry.registry),
    ("Artifacts", run.artifacts),
    ("Run again", run.reproduce),
)


def write_report(summary: Path, target: Path) -> Path:
    """Write the page of a run's `summary.json` and return its path; raises PlatformError if it cannot be read."""
    write_atomically(target, page_text(_page(_read(summary))))
    return target


def write_index_page(summaries: Sequence[Path], target: Path) -> Path:
    """Write the page that links the report beside each summary and return its path."""
    entries = [
        Entry(_head(document), path.with_name("report.html").relative_to(target.parent).as_posix(), result(document))
        for path in summaries
        for document in [_read(path)]
    ]
    write_atomically(target, index_text(entries))
    return target


def result(summary: Document) -> str:
    """Return the deciding metric of a run's model with its interval, beside baselines and champion, in one line."""
    found = headline(part(summary, "evaluation"))
    if not found:
        return ""
    beside = "; ".join(f"{each.title} {number(each.value)}" for each in found.compared)
    return f"{found.metric.title} {found.text}" + (f"; {beside}" if beside else "")


def _page(summary: Document) -> Page:
    tracking = Tracking(str(part(summary, "tracking").get("url") or ""), Markup("<code>make up</code> starts MLflow."))
    sections = [Section(title, build(summary)) for title, build in _SECTIONS]
    return replace(_head(summary), sections=[*model_sections(part(summary, "evaluation"), tracking), *sections])


def _head(summary: Document) -> Page:
    evaluation = part(summary, "evaluation")
    return Page(
        title=title_of_pipeline(summary.get("pipeline")),
        question=str(summary.get("question") or evaluation.get("question") or ""),
        subtitle=" ".join(_subtitle(summary)),
        verdict=verdict(summary),
        cards=model_cards(evaluation),
        notices=suspicions(evaluation),
        sections=(),
    )


def _subtitle(summary: Document) -> Iterator[str]:
    if finished := summary.get("finished"):
        yield f"Finished {moment(finished)}."
    partitions = part(summary, "plan").get("partitions")
    if words := subtitle(part(summary, "evaluation")):
        yield words
    elif partitions:
        yield f"Data of {span_text(partitions)}."


def _read(path: Path) -> Document:
    if not path.exists():
        raise PlatformError(f"summary {path} does not exist; write it with `make run`")
    try:
        document: Any = json.loads(path.read_text())
    except json.JSONDecodeError as error:
        raise PlatformError(f"summary {path} is not JSON ({error}); write it again with `make run`") from error
    if not isinstance(document, dict):
        raise PlatformError(
            f"summary {path} is a JSON {type(document).__name__}; allowed is an object; write it again with `make run`"
        )
    return document

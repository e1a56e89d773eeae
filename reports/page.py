"""Write the report of a run as one self-contained HTML file with its figures, styles and scripts."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from plotly.offline import get_plotlyjs

from common.errors import PlatformError
from common.files import write_atomically
from reports import data, evaluation, header, model, run, slices, tuning
from reports.blocks import Document, Section

_FOLDER = Path(__file__).parent
#: What a reader asks first comes first: how good the model is, where it fails, and what it is made of.
_SECTIONS = (
    ("Evaluation", evaluation.evaluation),
    ("Error slices", slices.slices),
    ("Feature importance", model.importance),
    ("Tuning", tuning.tuning),
    ("Data quality", data.quality),
    ("Registry", model.registry),
    ("Timeline", run.timeline),
    ("Orchestration overhead", run.orchestration),
    ("Artifacts", run.artifacts),
    ("Run it again", run.reproduce),
)


def write_report(summary: Path, target: Path) -> Path:
    """Write the page of a run's `summary.json` and return its path; raises PlatformError if it cannot be read."""
    document = _read(summary)
    text = _template("page.html.j2").render(
        header=header.header(document),
        sections=[Section(title, tuple(build(document))) for title, build in _SECTIONS],
        style=(_FOLDER / "page.css").read_text(),
        script=(_FOLDER / "page.js").read_text(),
        plotly=get_plotlyjs(),
    )
    write_atomically(target, text)
    return target


def write_index_page(summaries: Sequence[Path], target: Path) -> Path:
    """Write the page that links the report beside each summary and return its path."""
    pages = [
        (header.header(_read(path)), path.with_name("report.html").relative_to(target.parent).as_posix())
        for path in summaries
    ]
    text = _template("index.html.j2").render(pages=pages, style=(_FOLDER / "page.css").read_text())
    write_atomically(target, text)
    return target


def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


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

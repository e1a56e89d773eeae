"""Pages as one self-contained HTML text: no script, no request, readable on any width, light and dark."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined, Template

from jobs.reporting.blocks import Card, Notice, Section
from jobs.reporting.verdict import Verdict

_TEMPLATES = ("page.html.j2", "index.html.j2", "page.css")


@dataclass(frozen=True)
class Page:
    """The head of a page and its sections."""

    title: str
    question: str
    subtitle: str
    verdict: Verdict
    cards: tuple[Card, ...]
    notices: tuple[Notice, ...]
    sections: Sequence[Section]


@dataclass(frozen=True)
class Entry:
    """A line of the index: a page, its address and its result."""

    page: Page
    link: str
    result: str


def page_text(page: Page) -> str:
    """Return a page as HTML."""
    sections = [section for section in page.sections if section.blocks]
    return _template("page.html.j2").render(page=page, sections=sections)


def index_text(entries: Sequence[Entry]) -> str:
    """Return the page that links others as HTML."""
    return _template("index.html.j2").render(entries=entries)


@cache
def _environment() -> Environment:
    folder = files("jobs.reporting")
    texts = {name: folder.joinpath(name).read_text(encoding="utf-8") for name in _TEMPLATES}
    return Environment(
        loader=DictLoader(texts), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _template(name: str) -> Template:
    return _environment().get_template(name)

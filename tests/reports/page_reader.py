"""A page as a browser would see it: text, tables, what it would fetch and the figures' data."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

_FETCHING = {"src", "srcset", "data", "poster", "action", "formaction", "background"}


class Page(HTMLParser):
    """The parsed page; `text` is what stands outside scripts and styles."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.source = path.read_text()
        self.words: list[str] = []
        self.rows: list[list[str]] = []
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.figures: list[dict[str, Any]] = []
        self.styles = ""
        self._script: str | None = None
        self._cell = False
        self._style = False
        self.feed(self.source)

    @property
    def text(self) -> str:
        """All words in order."""
        return " ".join(" ".join(self.words).split())

    def row(self, first: str) -> list[str]:
        """The first table row that begins with this cell."""
        return next(row for row in self.rows if row and row[0] == first)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.fetched += [str(value) for name, value in attrs if name in _FETCHING]
        if tag == "link" or (tag in ("use", "image") and "href" in found):
            self.fetched.append(str(found.get("href")))
        if tag == "script":
            self._script = found.get("type") or "text/javascript"
        if tag == "tr":
            self.rows.append([])
        self._cell = tag in ("td", "th") or (self._cell and tag not in ("tr", "table"))
        if tag in ("td", "th"):
            self.rows[-1].append("")
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._script = None
        if tag in ("td", "th"):
            self._cell = False
        if tag == "style":
            self._style = False

    def handle_data(self, data: str) -> None:
        if self._script == "application/json":
            self.figures.append(json.loads(data))
        elif self._style:
            self.styles += data
        elif self._script is None:
            self.words.append(data)
            if self._cell:
                self.rows[-1][-1] += data

"""A page as a browser would see it: text, tables, ids of sections, and what it would fetch or run."""

from html.parser import HTMLParser

_FETCHING = {"src", "srcset", "data", "poster", "action", "formaction", "background"}


class Page(HTMLParser):
    """The parsed page; `text` is what stands outside styles."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.source = source
        self.words: list[str] = []
        self.rows: list[list[str]] = []
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.links: list[str] = []
        self.anchors: list[str] = []
        self.handlers: list[str] = []
        self.styles = ""
        self._cell = False
        self._style = False
        self.feed(source)

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
        self.handlers += [name for name in found if name.startswith("on")]
        if tag == "link" or (tag in ("use", "image") and "href" in found):
            self.fetched.append(str(found.get("href")))
        if tag == "a":
            self.links.append(str(found.get("href")))
        if "id" in found:
            self.anchors.append(str(found["id"]))
        if tag == "tr":
            self.rows.append([])
        self._cell = tag in ("td", "th") or (self._cell and tag not in ("tr", "table"))
        if tag in ("td", "th"):
            self.rows[-1].append("")
        self._style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = False
        if tag == "style":
            self._style = False

    def handle_data(self, data: str) -> None:
        if self._style:
            self.styles += data
            return
        self.words.append(data)
        if self._cell:
            self.rows[-1][-1] += f" {data}" if self.rows[-1][-1] else data

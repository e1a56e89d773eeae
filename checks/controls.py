"""Security Hub controls and controls of this platform, each with what enforces it or why it is excepted."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_DATA = Path(__file__).with_name("controls.toml")
_PAGE_HEAD = """# Controls

What enforces each Security Hub control and each control of this platform (`own.*`), or why it is excepted. The source
is `checks/controls.toml`.

`guard` is a rule of `checks/rules`, `nag` a rule of a cdk-nag pack, `checkov` a rule of checkov: `make verify` applies
them to every configuration. `test` is a test, run by `make test`. `no X`: no template contains a resource of type X.

| control | requirement | resources | enforced by, or reason of the exception |
|---|---|---|---|
"""


@dataclass(frozen=True, kw_only=True)
class Control:
    """Controls enforced by the same things; `by` names those, `why` is the reason of an exception."""

    ids: tuple[str, ...]
    says: str
    resources: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    why: str = ""

    @property
    def row(self) -> str:
        """The control as a row of the Markdown table."""
        types = [*self.resources, *(f"no {name}" for name in self.absent)]
        resources = "<br>".join(f"`{name.replace('AWS::', '')}`" for name in types)
        enforced = "<br>".join([*(_reference(name) for name in self.by), *([self.why] if self.why else [])])
        return f"| {', '.join(self.ids)} | {self.says} | {resources} | {enforced} |"


def controls() -> list[Control]:
    """Return every control in the order of the file."""
    return list(_read())


def controls_page() -> str:
    """Return all controls as a Markdown page."""
    return _PAGE_HEAD + "\n".join(control.row for control in controls())


def _read() -> Iterator[Control]:
    for entry in tomllib.loads(_DATA.read_text())["control"]:
        lists = {key: tuple(entry.get(key, ())) for key in ("ids", "resources", "absent", "by")}
        yield Control(says=entry["says"], why=entry.get("why", ""), **lists)


def _reference(name: str) -> str:
    source, _, rest = name.partition(" ")
    return f"{source} `{rest}`"

"""Security Hub's controls and the house's own, each with what enforces it or why it is excepted: `controls.toml`."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_DATA = Path(__file__).with_name("controls.toml")
_PAGE_HEAD = """# Controls

Which rule, check or test enforces each Security Hub control, and the controls of our own (`own.*`) where it has none.
Written by `make controls` from `checks/controls.toml`; a test compares them, and another that every name here exists.

`guard` is a rule of `checks/rules`, `nag` one of a pack, `checkov` one of checkov: `make verify` runs all of them over
every configuration. `no X` says that no template may hold a resource of type X.

| control | says | resources | enforced by, or why not |
|---|---|---|---|
"""


@dataclass(frozen=True, kw_only=True)
class Control:
    """Controls that one thing enforces; `by` names it, `why` is the reason of an exception."""

    ids: tuple[str, ...]
    says: str
    resources: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    why: str = ""

    @property
    def row(self) -> str:
        """The control's line of the page."""
        kinds = [*self.resources, *(f"no {kind}" for kind in self.absent)]
        resources = "<br>".join(f"`{kind.replace('AWS::', '')}`" for kind in kinds)
        enforced = "<br>".join([*(_reference(name) for name in self.by), *([self.why] if self.why else [])])
        return f"| {', '.join(self.ids)} | {self.says} | {resources} | {enforced} |"


def controls() -> list[Control]:
    """Every control, in the order of the page."""
    return list(_read())


def controls_page() -> str:
    """`docs/controls.md`, as it has to read."""
    return _PAGE_HEAD + "\n".join(control.row for control in controls()) + "\n"


def _read() -> Iterator[Control]:
    for entry in tomllib.loads(_DATA.read_text())["control"]:
        lists = {key: tuple(entry.get(key, ())) for key in ("ids", "resources", "absent", "by")}
        yield Control(says=entry["says"], why=entry.get("why", ""), **lists)


def _reference(name: str) -> str:
    kind, _, what = name.partition(" ")
    return f"{kind} `{what}`"

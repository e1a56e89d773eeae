"""Controls of Security Hub and of this platform, each with the checks that enforce it or the reason of an exception."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_DATA = Path(__file__).with_name("controls.toml")
_PAGE_HEAD = """# Controls

The checks that enforce each Security Hub control and each control of this platform (`own.*`), or the reason for an
exception. The source is `checks/controls.toml`.

`guard` is a rule of `checks/validators/rules`, `nag` a rule of a cdk-nag pack, `checkov` a rule of checkov: `make
verify` applies them to every configuration. `test` is a test, run by `make test`. `no X`: no template contains a
resource of type X.

| control | requirement | resources | enforced by, or reason of the exception |
|---|---|---|---|
"""


@dataclass(frozen=True, kw_only=True)
class Control:
    """Controls with the same requirement; `by` names what enforces them, `reason` explains an exception."""

    ids: tuple[str, ...]
    requirement: str
    resources: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    reason: str = ""

    @property
    def row(self) -> str:
        """The control as a row of the Markdown table."""
        types = [*self.resources, *(f"no {name}" for name in self.absent)]
        resources = "<br>".join(f"`{name.replace('AWS::', '')}`" for name in types)
        enforced = "<br>".join([*(_reference(name) for name in self.by), *([self.reason] if self.reason else [])])
        return f"| {', '.join(self.ids)} | {self.requirement} | {resources} | {enforced} |"


def controls() -> list[Control]:
    """Return every control in the order of the file."""
    return list(_read())


def controls_page() -> str:
    """Return all controls as a Markdown page."""
    return _PAGE_HEAD + "\n".join(control.row for control in controls())


def _read() -> Iterator[Control]:
    for entry in tomllib.loads(_DATA.read_text())["control"]:
        lists = {key: tuple(entry.get(key, ())) for key in ("ids", "resources", "absent", "by")}
        yield Control(requirement=entry["requirement"], reason=entry.get("reason", ""), **lists)


def _reference(name: str) -> str:
    source, _, rest = name.partition(" ")
    return f"{source} `{rest}`"

"""Compares the templates of two cloud assemblies and renders the full difference of each changed entry."""

import difflib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checks.summaries.template_summary import masked

#: The parsed templates of some environments by `<environment>/<stack name>`, with asset hashes masked.
Templates = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """An entry of a template, for example one resource, that two assemblies do not share; `None` where it is absent."""

    stack: str
    section: str
    name: str
    before: Any
    after: Any

    @property
    def change(self) -> str:
        """`added`, `removed` or `changed`."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"

    def lines(self) -> Iterator[str]:
        """Yield a heading and the unified difference of the entry's sorted JSON; an added or removed one is whole."""
        entry = self.after if self.before is None else self.before
        kind = f" {entry['Type']}" if isinstance(entry, dict) and "Type" in entry else ""
        yield f"{self.change} {self.section} {self.name}{kind}"
        before, after = _json_lines(self.before), _json_lines(self.after)
        yield from (f"  {line}" for line in list(difflib.unified_diff(before, after, n=2, lineterm=""))[2:])


def read_templates(outdir: Path, environments: Sequence[str]) -> Templates:
    """Read the templates in `<outdir>/<environment>/` for each environment."""
    return {
        f"{environment}/{path.name.removesuffix('.template.json')}": json.loads(masked(path.read_text()))
        for environment in environments
        for path in sorted((outdir / environment).glob("*.template.json"))
    }


def find_differences(before: Templates, after: Templates) -> list[Difference]:
    """List the differences by stack; every entry of every section is compared, resources and all others."""
    return [
        Difference(stack=stack, section=section, name=name, before=old.get(name), after=new.get(name))
        for stack in sorted({*before, *after})
        for section in sorted({*before.get(stack, {}), *after.get(stack, {})})
        for old, new in [(_entries(before, stack, section), _entries(after, stack, section))]
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]


def render(differences: Sequence[Difference], environments: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a report: the differences under the heading of their stack, and a closing line of counts."""
    stack = None
    for difference in differences:
        if difference.stack != stack:
            stack = difference.stack
            yield f"== {stack}"
        yield from difference.lines()
    yield f"{', '.join(environments)}: {_counts(differences)}"


def _counts(differences: Sequence[Difference]) -> str:
    resources = Counter(each.change for each in differences if each.section == "Resources")
    text = f"{resources['added']} resources added, {resources['removed']} removed, {resources['changed']} changed"
    others = len(differences) - resources.total()
    return f"{text}; {others} other template entries differ" if others else text


def _entries(templates: Templates, stack: str, section: str) -> Mapping[str, Any]:
    """The entries of a section by name; a plain value, such as `Description`, is one entry without a name."""
    value = templates.get(stack, {}).get(section, {})
    return value if isinstance(value, dict) else {"": value}


def _json_lines(entry: Any) -> list[str]:
    return [] if entry is None else json.dumps(entry, indent=1, sort_keys=True).splitlines()

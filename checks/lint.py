"""cfn-lint, apart from CDK so that a process of its own can run it while CDK synthesizes."""

from collections.abc import Iterable
from pathlib import Path

from cfnlint import api
from cfnlint.config import ManualArgs

from checks.finding import IGNORED_RULES, Finding

LINT = "cfn-lint"


def lint(templates: Iterable[Path], region: str) -> dict[Path, list[Finding]]:
    """Errors and warnings by template, in one run because the rules load slowly."""
    found: dict[Path, list[Finding]] = {template: [] for template in templates}
    settings = ManualArgs(templates=[str(path) for path in found], ignore_checks=list(IGNORED_RULES), regions=[region])
    for match in api.lint_by_config(settings):
        template = Path(match.filename)
        found[template].append(Finding(LINT, match.rule.id, _place(template, match.linenumber), match.message))
    return found


def _place(template: Path, line: int) -> str:
    """The stack and the resource of a line; CDK writes resources indented by two characters."""
    above = template.read_text().splitlines()[:line]
    keys = (text.split('"')[1] for text in reversed(above) if text.startswith('  "'))
    return f"{template.name.removesuffix('.template.json')}/{next(keys, line)}"

"""Run cfn-lint; this module does not import CDK, so that a separate process can run it during synthesis."""

from collections.abc import Iterable
from pathlib import Path

from cfnlint import api
from cfnlint.config import ManualArgs

from checks.finding import IGNORED_RULES, Finding

LINT = "cfn-lint"


def lint(templates: Iterable[Path], region: str) -> dict[Path, list[Finding]]:
    """Return errors and warnings by template, from one run because cfn-lint loads its rules slowly."""
    findings: dict[Path, list[Finding]] = {template: [] for template in templates}
    settings = ManualArgs(
        templates=[str(path) for path in findings], ignore_checks=list(IGNORED_RULES), regions=[region]
    )
    for match in api.lint_by_config(settings):
        template = Path(match.filename)
        findings[template].append(Finding(LINT, match.rule.id, _location(template, match.linenumber), match.message))
    return findings


def _location(template: Path, line: int) -> str:
    """Return `stack/logical id` of a line; CDK indents the resources of a template by two characters."""
    above = template.read_text().splitlines()[:line]
    keys = (text.split('"')[1] for text in reversed(above) if text.startswith('  "'))
    return f"{template.name.removesuffix('.template.json')}/{next(keys, line)}"

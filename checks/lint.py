"""cfn-lint, apart from CDK so that a process of its own can run it while CDK synthesizes."""

from collections.abc import Iterable
from pathlib import Path

from cfnlint import api
from cfnlint.config import ManualArgs

from checks.finding import Finding

LINT = "cfn-lint"

#: W3005: a dependency on a role waits for its policies too, which a reference to the role alone does not.
#: W3010: zones are settings, so that an environment never moves by itself.
#: Every other warning is a finding, W3037 (an action that IAM does not know) among them.
IGNORED = ["W3005", "W3010"]


def lint(templates: Iterable[Path], region: str) -> dict[Path, list[Finding]]:
    """Errors and warnings by template, in one run because the rules load slowly."""
    found: dict[Path, list[Finding]] = {template: [] for template in templates}
    settings = ManualArgs(templates=[str(path) for path in found], ignore_checks=IGNORED, regions=[region])
    for match in api.lint_by_config(settings):
        template = Path(match.filename)
        found[template].append(Finding(LINT, match.rule.id, _place(template, match.linenumber), match.message))
    return found


def _place(template: Path, line: int) -> str:
    """The stack and the resource of a line; CDK writes resources indented by two characters."""
    above = template.read_text().splitlines()[:line]
    keys = (text.split('"')[1] for text in reversed(above) if text.startswith('  "'))
    return f"{template.name.removesuffix('.template.json')}/{next(keys, line)}"

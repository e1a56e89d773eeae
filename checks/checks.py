"""The checks every template must pass, as counts: cfn-lint, CDK's CloudFormation validation, cdk-nag's AwsSolutions."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import cdk_nag
from cfnlint import api
from cfnlint.config import ManualArgs

#: W3005: a dependency on a role waits for its policies too, which a reference to the role alone does not.
#: W3010: zones are settings, so that an environment never moves by itself.
IGNORED_LINT = ["W3005", "W3010"]

_REPORT = "validation-report.json"
_NAG = "AwsSolutions"


@dataclass(frozen=True, order=True)
class Finding:
    """What one rule says of one construct or template."""

    rule: str
    where: str
    what: str


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """What the checks of one environment found."""

    environment: str
    lint: tuple[Finding, ...]
    validation: tuple[Finding, ...]
    nag: tuple[Finding, ...]
    acknowledged: tuple[Finding, ...]
    """Findings accepted on their resource; `what` is the reason given there."""

    @property
    def counts(self) -> dict[str, int]:
        """Findings by check; all but `acknowledged` are 0 in a platform that may be deployed."""
        return {
            "cfn_lint": len(self.lint),
            "cloudformation_validate": len(self.validation),
            "aws_solutions": len(self.nag),
            "acknowledged": len(self.acknowledged),
        }

    @property
    def is_clean(self) -> bool:
        """Whether every finding is acknowledged."""
        return not (self.lint or self.validation or self.nag)


def add_rule_packs(app: cdk.App) -> None:
    """Make the app's synthesis write the findings of the AwsSolutions pack into its validation report."""
    cdk.Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks(app))


def check_assembly(environment: str, folder: Path, *, region: str) -> CheckResult:
    """Lint one synthesized folder and read its report."""
    return check_result(environment, folder, lint([folder], [region])[folder])


def check_result(environment: str, folder: Path, linted: Iterable[Finding]) -> CheckResult:
    """What was found in a synthesized folder: the linter's findings and the report that synthesis left there."""
    reports = {report["pluginName"]: report for report in _read(folder / _REPORT)["pluginReports"]}
    nag = reports[_NAG]
    others = [violation for name, report in reports.items() if name != _NAG for violation in report["violations"]]
    return CheckResult(
        environment=environment,
        lint=tuple(sorted(linted)),
        validation=tuple(sorted(_findings(others, "description"))),
        nag=tuple(sorted(_findings(nag["violations"], "description"))),
        acknowledged=tuple(sorted(_findings(nag.get("suppressedViolations", []), "reason"))),
    )


def lint(folders: Iterable[Path], regions: Iterable[str]) -> dict[Path, list[Finding]]:
    """Errors and warnings of cfn-lint by folder of templates, in one run because its rules load slowly."""
    found: dict[Path, list[Finding]] = {folder: [] for folder in folders}
    templates = [str(path) for folder in found for path in sorted(folder.glob("*.template.json"))]
    settings = ManualArgs(templates=templates, ignore_checks=IGNORED_LINT, regions=sorted(set(regions)))
    for match in api.lint_by_config(settings):
        template = Path(match.filename)
        finding = Finding(match.rule.id, f"{template.name}:{match.linenumber}", match.message)
        found[template.parent].append(finding)
    return found


def _findings(violations: Iterable[dict[str, Any]], what: str) -> Iterable[Finding]:
    for violation in violations:
        for construct in violation["violatingConstructs"]:
            yield Finding(violation["ruleName"], construct["constructPath"], violation.get(what, ""))


def _read(path: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(path.read_text())
    return report

"""Checks of constructs during synthesis: the packs of cdk-nag, CDK's own validation and the custom rules."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import cdk_nag

from checks.finding import IGNORED_RULES, Finding
from checks.validators.custom_rules import custom_rules

#: The packs by the name that their reports and acknowledgements use.
PACKS: dict[str, Callable[[cdk.App], cdk.IPolicyValidationPlugin]] = {
    "AwsSolutions": cdk_nag.AwsSolutionsChecks,
    "NIST.800.53.R5": cdk_nag.NIST80053R5Checks,
    "HIPAA.Security": cdk_nag.HIPAASecurityChecks,
    "PCI.DSS.321": cdk_nag.PCIDSS321Checks,
}
#: Context of an app that writes the validation report without failing the synthesis.
REPORT_ONLY = {"@aws-cdk/core:failSynthOnValidationErrors": False}
CLOUDFORMATION, GUARD = "CloudFormation", "Guard"

_REPORT = "validation-report.json"
_BUILT_IN_RULE = re.compile(r"[A-Z]\d{4}")


def validate_app(app: cdk.App) -> tuple[list[Finding], list[Finding]]:
    """Synthesize an app made with `REPORT_ONLY`; returns its findings and its acknowledgements with their reasons."""
    validations = cdk.Validations.of(app)
    validations.add_plugins(*(pack(app) for pack in PACKS.values()))
    validations.add_plugins(custom_rules())
    app.synth()
    return read_report(Path(app.outdir))


def read_report(folder: Path) -> tuple[list[Finding], list[Finding]]:
    """Return the findings and the acknowledgements in a cloud assembly.

    An acknowledgement without the name of a pack and a stack without tags are findings too.
    """
    findings: list[Finding] = []
    accepted: list[Finding] = []
    for report in json.loads((folder / _REPORT).read_text())["pluginReports"]:
        plugin = report["pluginName"]
        findings += _findings(plugin, report["violations"], "description")
        accepted += _findings(plugin, report.get("suppressedViolations", []), "reason")
    return sorted({*findings, *_bare_acknowledgements(folder), *_untagged_stacks(folder)}), sorted(set(accepted))


def _findings(plugin: str, violations: Iterable[dict[str, Any]], what: str) -> Iterator[Finding]:
    for violation in violations:
        rule = violation["ruleName"]
        if rule in IGNORED_RULES:
            continue
        built_in = CLOUDFORMATION if _BUILT_IN_RULE.fullmatch(rule) else GUARD
        check = plugin if plugin in PACKS else built_in
        for construct in violation["violatingConstructs"]:
            yield Finding(check, rule, construct["constructPath"], violation.get(what, ""))


def _bare_acknowledgements(folder: Path) -> Iterator[Finding]:
    """Yield acknowledgements without the name of a pack: they hide findings of all packs and the report omits them."""
    texts = (path.read_text() for path in folder.glob("*.metadata.json"))
    # These files consist mostly of stack traces, so only those that contain such a name are parsed.
    for text in (text for text in texts if any(f"nnotation::{pack}" in text for pack in PACKS)):
        for where, entries in json.loads(text).items():
            for entry in entries:
                if entry["type"] == cdk.Validations.ACKNOWLEDGED_RULES_METADATA_KEY:
                    for rule in entry["data"]:
                        namespace, _, name = rule.rpartition("::")
                        if namespace not in PACKS and name.startswith(tuple(PACKS)):
                            yield Finding("AwsSolutions", rule, where, "acknowledged without the name of a pack")


def _untagged_stacks(folder: Path) -> Iterator[Finding]:
    """Yield stacks without the tags that cost reports and teardown rely on; templates do not contain these tags."""
    for name, artifact in json.loads((folder / "manifest.json").read_text())["artifacts"].items():
        if artifact["type"] == "aws:cloudformation:stack":
            missing = {"platform", "stack"} - set(artifact["properties"].get("tags", {}))
            if missing:
                yield Finding(GUARD, "StacksTagged", name, f"tags are missing: {', '.join(sorted(missing))}")

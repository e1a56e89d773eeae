"""cdk-nag's packs, CDK's own validation and the house's Guard rules: what judges constructs while they synthesize."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import cdk_nag

from checks.custom_rules import house_rules
from checks.finding import IGNORED_RULES, Finding

#: The packs by the name that their reports and acknowledgements carry.
PACKS: dict[str, Callable[[cdk.App], cdk.IPolicyValidationPlugin]] = {
    "AwsSolutions": cdk_nag.AwsSolutionsChecks,
    "NIST.800.53.R5": cdk_nag.NIST80053R5Checks,
    "HIPAA.Security": cdk_nag.HIPAASecurityChecks,
    "PCI.DSS.321": cdk_nag.PCIDSS321Checks,
}
#: Context of an app whose synthesis writes the report and leaves it to the reader to fail.
REPORT_ONLY = {"@aws-cdk/core:failSynthOnValidationErrors": False}
CLOUDFORMATION, GUARD = "CloudFormation", "Guard"

_REPORT = "validation-report.json"
_BUILT_IN_RULE = re.compile(r"[A-Z]\d{4}")


def judge(app: cdk.App) -> tuple[list[Finding], list[Finding]]:
    """Synthesize the app, made with `REPORT_ONLY`; returns findings and acknowledgements, these with their reasons."""
    validations = cdk.Validations.of(app)
    validations.add_plugins(*(pack(app) for pack in PACKS.values()))
    validations.add_plugins(house_rules())
    app.synth()
    return read_report(Path(app.outdir))


def read_report(folder: Path) -> tuple[list[Finding], list[Finding]]:
    """What synthesis into the folder found and what was acknowledged; a bare acknowledgement is a finding itself."""
    found: list[Finding] = []
    accepted: list[Finding] = []
    for report in json.loads((folder / _REPORT).read_text())["pluginReports"]:
        plugin = report["pluginName"]
        found += _findings(plugin, report["violations"], "description")
        accepted += _findings(plugin, report.get("suppressedViolations", []), "reason")
    return sorted({*found, *_bare_acknowledgements(folder), *_untagged_stacks(folder)}), sorted(set(accepted))


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
    """Acknowledgements without the pack's name: they hide a finding of every pack and leave no trace in the report."""
    texts = (path.read_text() for path in folder.glob("*.metadata.json"))
    # Most of this is stack traces, so only what has such a name is parsed.
    for text in (text for text in texts if any(f"nnotation::{pack}" in text for pack in PACKS)):
        for where, entries in json.loads(text).items():
            for entry in entries:
                if entry["type"] == cdk.Validations.ACKNOWLEDGED_RULES_METADATA_KEY:
                    for rule in entry["data"]:
                        namespace, _, name = rule.rpartition("::")
                        if namespace not in PACKS and name.startswith(tuple(PACKS)):
                            yield Finding("AwsSolutions", rule, where, "acknowledged without the name of a pack")


def _untagged_stacks(folder: Path) -> Iterator[Finding]:
    """Stacks without the tags that tell cost and teardown whose resources they are; no template shows these tags."""
    for name, artifact in json.loads((folder / "manifest.json").read_text())["artifacts"].items():
        if artifact["type"] == "aws:cloudformation:stack":
            missing = {"platform", "stack"} - set(artifact["properties"].get("tags", {}))
            if missing:
                yield Finding(GUARD, "StacksTagged", name, f"tags are missing: {', '.join(sorted(missing))}")

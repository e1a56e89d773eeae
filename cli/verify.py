"""Runs every check over every configuration and prints what was found, what is acknowledged and how long it took."""

import json
import os
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from checks.finding import Finding
from common.errors import PlatformError
from infra.config.validation import require_one_of
from infra.node_runtime import use_packaged_node

if TYPE_CHECKING:
    from checks.verify import Verification

_SHOWN = 10
#: Column heads that keep the table within 80 columns.
_HEADS = ("AWS\nSol.", "NIST\nR5", "HIPAA", "PCI", "Cloud\nForm.", "Guard", "cfn-\nlint", "check\nov", "IAM")


def verify_configurations(console: Console, only: Sequence[str], *, as_json: bool) -> None:
    """Judge the named configurations, or all of them; raises PlatformError unless nothing is found."""
    use_packaged_node(os.environ)
    # Importing CDK starts Node, so the choice of Node comes first.
    from checks.variants import VARIANTS  # noqa: PLC0415
    from checks.verify import verify  # noqa: PLC0415

    for name in only:
        require_one_of("configuration", name, VARIANTS)
    chosen = {name: VARIANTS[name] for name in only or VARIANTS}
    with TemporaryDirectory() as folder, console.status(f"judging {len(chosen)} configurations"):
        verification = verify(chosen, Path(folder))
    if as_json:
        console.print_json(json.dumps(_as_document(verification)))
    else:
        _print(console, verification)
    found = verification.findings
    if found:
        listed = "\n  ".join(_by_rule(found)[:_SHOWN])
        raise PlatformError(f"{len(found)} findings, allowed are none; the first are\n  {listed}")


def _by_rule(found: list[Finding]) -> list[str]:
    groups = [list(group) for _, group in groupby(found, lambda finding: (finding.check, finding.rule))]
    return [f"{len(group)} x {group[0]}" for group in groups]


def _print(console: Console, verification: "Verification") -> None:
    from checks.verify import CHECKS  # noqa: PLC0415

    table = Table("configuration", *_HEADS, "accep-\nted", title="Unacknowledged findings", padding=0)
    for verdict in verification.verdicts:
        counts = [str(verdict.counts[check]) for check in CHECKS]
        table.add_row(verdict.name, *counts, str(len(verdict.accepted)))
    console.print(table)
    rules = verification.acknowledged
    accepted = Table("rule", "why it is acknowledged", title=f"{len(rules)} acknowledged rules")
    for rule, reasons in rules.items():
        accepted.add_row(rule, "\n".join(sorted(reasons)))
    console.print(accepted)
    seconds = ", ".join(f"{part} {spent:.0f} s" for part, spent in verification.seconds.items())
    console.print(f"{verification.templates} templates, {verification.distinct_templates} distinct; {seconds}")


def _as_document(verification: "Verification") -> dict[str, object]:
    from checks.verify import CHECKS  # noqa: PLC0415

    return {
        "configurations": {
            verdict.name: {check: verdict.counts[check] for check in CHECKS} for verdict in verification.verdicts
        },
        "findings": list(map(str, verification.findings)),
        "acknowledged": {rule: sorted(reasons) for rule, reasons in verification.acknowledged.items()},
        "seconds": {part: round(spent, 1) for part, spent in verification.seconds.items()},
    }

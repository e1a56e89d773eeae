"""Run every check on every configuration; print findings, acknowledgements and durations."""

import json
import os
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rich.columns import Columns
from rich.console import Console
from rich.table import Table

from checks.finding import Finding, Result
from common.errors import PlatformError
from infra.config.validation import require_one_of
from infra.node_runtime import use_packaged_node

if TYPE_CHECKING:
    from checks.verify import Verification

_SHOWN = 10


def verify_configurations(
    console: Console, only: Sequence[str], *, as_json: bool, write_acknowledged: bool = False
) -> None:
    """Validate the named configurations, by default all; raises PlatformError if there are findings.

    With `write_acknowledged`, first replace the committed list of acknowledged findings.
    """
    use_packaged_node(os.environ)
    # Importing CDK starts Node, so the choice of Node comes first.
    from checks.acknowledgements import write_acknowledged as write_list  # noqa: PLC0415
    from checks.variants import VARIANTS  # noqa: PLC0415
    from checks.verify import verify  # noqa: PLC0415

    for name in only:
        require_one_of("configuration", name, VARIANTS)
    chosen = {name: VARIANTS[name] for name in only or VARIANTS}
    with TemporaryDirectory() as folder, console.status(f"validating {len(chosen)} configurations"):
        verification = verify(chosen, Path(folder))
    if write_acknowledged:
        if only:
            raise PlatformError(
                "--write-acknowledged: received together with --only; the list covers all configurations, omit --only"
            )
        console.print(f"{write_list(verification.acknowledged_lines)}: written")
    if as_json:
        console.print_json(json.dumps(_as_document(verification)))
    else:
        print_verification(console, verification)
    findings = verification.findings
    if findings:
        listed = "\n  ".join(_by_rule(findings)[:_SHOWN])
        raise PlatformError(
            f"{len(findings)} findings, allowed are none; correct the templates or acknowledge each finding with a "
            f"reason; the first are\n  {listed}"
        )


def _by_rule(findings: list[Finding]) -> list[str]:
    groups = [list(group) for _, group in groupby(findings, lambda finding: (finding.check, finding.rule))]
    return [f"{len(group)} x {group[0]}" for group in groups]


def print_verification(console: Console, verification: "Verification") -> None:
    """Print the number of findings by check and by configuration, the acknowledged rules, and the durations."""
    console.print(Columns([_by_check(verification.results), _by_configuration(verification.results)], padding=(0, 4)))
    rules = verification.acknowledged
    accepted = Table("rule", "reason of the acknowledgement", title=f"{len(rules)} acknowledged rules")
    for rule, reasons in rules.items():
        accepted.add_row(rule, "\n".join(sorted(reasons)))
    console.print(accepted)
    seconds = ", ".join(f"{part} {spent:.0f} s" for part, spent in verification.seconds.items())
    console.print(f"{verification.templates} templates, {verification.distinct_templates} distinct; {seconds}")


def _by_check(results: Sequence[Result]) -> Table:
    from checks.verify import CHECKS  # noqa: PLC0415

    table = Table("check", "findings", title="Unacknowledged findings")
    for check in CHECKS:
        table.add_row(check, str(sum(result.counts[check] for result in results)))
    return table


def _by_configuration(results: Sequence[Result]) -> Table:
    table = Table("configuration", "findings", "acknowledged", title=f"{len(results)} configurations")
    for result in results:
        table.add_row(result.name, str(sum(result.counts.values())), str(len(result.accepted)))
    return table


def _as_document(verification: "Verification") -> dict[str, object]:
    from checks.verify import CHECKS  # noqa: PLC0415

    return {
        "configurations": {
            result.name: {check: result.counts[check] for check in CHECKS} for result in verification.results
        },
        "findings": list(map(str, verification.findings)),
        "acknowledged": {rule: sorted(reasons) for rule, reasons in verification.acknowledged.items()},
        "seconds": {part: round(spent, 1) for part, spent in verification.seconds.items()},
    }

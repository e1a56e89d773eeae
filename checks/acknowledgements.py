"""Review of acknowledged findings: each has a reason, their rules are few, and the list is committed.

The wildcards of IAM policies (rule IAM5) are reviewed in tests/stacks/test_policies.py; there are too many to list.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from checks.finding import Finding, Result, rule_family

MOST_RULES = 25
CHECK = "acknowledgements"

_REVIEWED = Path(__file__).with_name("acknowledged.txt")
_SHORTEST_REASON = 20


def reasons_by_rule(results: Iterable[Result]) -> dict[str, set[str]]:
    """Return the acknowledged rules with the reasons given for them."""
    reasons: dict[str, set[str]] = defaultdict(set)
    for result in results:
        for finding in result.accepted:
            reasons[rule_family(finding.rule)].add(finding.what)
    return dict(sorted(reasons.items()))


def acknowledgement_findings(results: Iterable[Result]) -> Iterator[Finding]:
    """Yield a finding for each acknowledgement without a proper reason, and one for too many rules."""
    rules = reasons_by_rule(results)
    for rule, reasons in rules.items():
        if any(len(reason) <= _SHORTEST_REASON for reason in reasons):
            yield Finding(
                CHECK, rule, "all configurations", f"the reason needs more than {_SHORTEST_REASON} characters"
            )
    if len(rules) > MOST_RULES:
        what = f"{len(rules)} rules are acknowledged, allowed are {MOST_RULES}: {', '.join(rules)}"
        yield Finding(CHECK, "too many", "all configurations", what)


def acknowledged_lines(results: Iterable[Result], prefixes: Mapping[str, str]) -> list[str]:
    """Return the reviewable list, a line `rule | resource` each; `prefixes` holds the name prefix by configuration."""
    lines = {
        f"{rule_family(finding.rule)} | {finding.where.removeprefix(f'{prefixes[result.name]}-')}"
        for result in results
        for finding in result.accepted
        if rule_family(finding.rule) != "IAM5"
    }
    return sorted(lines)


def review_findings(lines: Iterable[str], reviewed: Iterable[str] | None = None) -> Iterator[Finding]:
    """Yield the differences from the committed list, `checks/acknowledged.txt` unless another is given."""
    current, committed = set(lines), set(_REVIEWED.read_text().splitlines() if reviewed is None else reviewed)
    update = "review it and run `make verify OPTIONS=--write-acknowledged`"
    for line in sorted(current ^ committed):
        what = "is not in checks/acknowledged.txt" if line in current else "is in checks/acknowledged.txt, but unused"
        rule, _, where = line.partition(" | ")
        yield Finding(CHECK, rule, where, f"{what}; {update}")


def write_acknowledged(lines: Iterable[str]) -> Path:
    """Replace the committed list."""
    _REVIEWED.write_text("\n".join(lines) + "\n")
    return _REVIEWED

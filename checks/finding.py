"""Findings of the checks, and the findings of one configuration."""

from collections import Counter
from dataclasses import dataclass

#: Rules of cfn-lint, also part of CDK's own validation, that do not count as findings.
#: W3005: a dependency on a role also waits for its policies, which a reference to the role does not.
#: Every other warning counts, including W3037 (an action that IAM does not know).
IGNORED_RULES = ("W3005",)


@dataclass(frozen=True, order=True)
class Finding:
    """A violation of one rule of a check by one resource."""

    check: str
    rule: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.check} {self.rule} at {self.where}: {self.what}"


@dataclass(frozen=True, kw_only=True)
class Result:
    """The findings in one configuration; in `accepted`, the acknowledged ones, `what` is the reason."""

    name: str
    findings: tuple[Finding, ...]
    accepted: tuple[Finding, ...]

    @property
    def counts(self) -> Counter[str]:
        """Findings that are not acknowledged, by check."""
        return Counter(finding.check for finding in self.findings)


def rule_family(rule: str) -> str:
    """Return the name under which equal rules of several packs and all findings of one rule are counted.

    `NIST.800.53.R5-S3BucketReplicationEnabled` and its equivalents in HIPAA and PCI are one rule, and so are all
    `AwsSolutions-IAM5[...]`.
    """
    return rule.partition("[")[0].rpartition("-")[2]

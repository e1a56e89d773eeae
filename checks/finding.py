"""What a check says, and how the findings of all checks of one configuration are held together."""

from collections import Counter
from dataclasses import dataclass

#: Rules of cfn-lint that CDK's own validation shares, and that are no findings here.
#: W3005: a dependency on a role waits for its policies too, which a reference to the role alone does not.
#: W3010: zones are settings, so that an environment never moves by itself.
#: Every other warning counts, W3037 (an action that IAM does not know) among them.
IGNORED_RULES = ("W3005", "W3010")


@dataclass(frozen=True, order=True)
class Finding:
    """What one rule of a check says of one resource."""

    check: str
    rule: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.check} {self.rule} at {self.where}: {self.what}"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the checks found in one configuration; `accepted` holds acknowledged findings, `what` being the reason."""

    name: str
    findings: tuple[Finding, ...]
    accepted: tuple[Finding, ...]

    @property
    def counts(self) -> Counter[str]:
        """Unacknowledged findings by check."""
        return Counter(finding.check for finding in self.findings)


def rule_family(rule: str) -> str:
    """The rule that a finding counts for: without the finding it names, and once for packs that share it.

    `NIST.800.53.R5-S3BucketReplicationEnabled` and its twins in HIPAA and PCI are one rule to a reader, and so are
    all `AwsSolutions-IAM5[...]`.
    """
    return rule.partition("[")[0].rpartition("-")[2]

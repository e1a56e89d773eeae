from dataclasses import replace
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from checks.finding import Finding, Verdict, rule_family
from checks.variants import VARIANTS
from checks.verify import CHECKS, MOST_ACKNOWLEDGED_RULES, Verification
from infra.environments import DEV
from stacks.synth import synthesize
from tests.stacks.conftest import templates_in

Verified = tuple[Verification, Path]


@pytest.mark.parametrize("check", CHECKS)
def test_every_configuration_passes(check: str, verified: Verified) -> None:
    assert [finding for finding in verified[0].findings if finding.check == check] == []


def test_every_configuration_was_judged_by_every_check(verified: Verified) -> None:
    assert [verdict.name for verdict in verified[0].verdicts] == list(VARIANTS)
    assert set(verified[0].verdicts[0].counts) <= set(CHECKS)
    assert verified[0].distinct_templates < verified[0].templates


def test_each_acknowledgement_has_a_reason(verified: Verified) -> None:
    reasons = verified[0].acknowledged
    assert 0 < len(reasons) <= MOST_ACKNOWLEDGED_RULES
    assert all(len(reason) > 20 for given in reasons.values() for reason in given)


def test_acknowledgements_are_as_reviewed(verified: Verified, snapshot: SnapshotAssertion) -> None:
    # The wildcards of policies are reviewed in tests/stacks/test_policies.py; there are too many to read here.
    lines = {
        f"{rule_family(finding.rule)} | {finding.where.removeprefix(f'mlops-{VARIANTS[verdict.name].environment}-')}"
        f" | {finding.what}"
        for verdict in verified[0].verdicts
        for finding in verdict.accepted
        if rule_family(finding.rule) != "IAM5"
    }
    assert "\n".join(sorted(lines)) == snapshot


def test_synthesis_without_checks_writes_the_templates_that_were_checked(tmp_path: Path, verified: Verified) -> None:
    stale = tmp_path / "dev" / "asset.of-an-earlier-release"
    stale.mkdir(parents=True)
    assemblies = synthesize([DEV], tmp_path)
    assert templates_in(tmp_path / "dev", "mlops-dev") == templates_in(verified[1] / "dev" / "dev", "mlops-dev")
    assert list(assemblies) == ["dev"]
    assert not stale.exists()


def verification(*accepted: Finding) -> Verification:
    verdict = Verdict(name="any", findings=(), accepted=accepted)
    return Verification(verdicts=(verdict,), templates=1, distinct_templates=1, seconds={})


def test_a_twin_in_another_pack_is_the_same_rule_and_too_many_rules_are_a_finding() -> None:
    twins = [Finding(pack, f"{pack}-S3BucketReplicationEnabled", "here", "why") for pack in ("PCI.DSS.321", "HIPAA")]
    others = [Finding("AwsSolutions", f"AwsSolutions-R{number}[x]", "here", "why") for number in range(24)]
    assert verification(*twins, *others).findings == []
    (excess,) = verification(*twins, *others, replace(others[0], rule="AwsSolutions-R24")).findings
    assert "26 rules are acknowledged, allowed are 25" in excess.what


def test_counts_are_by_check() -> None:
    found = (Finding("Guard", "A", "x", "m"), Finding("Guard", "B", "x", "m"), Finding("cfn-lint", "E1", "x", "m"))
    assert Verdict(name="any", findings=found, accepted=()).counts == {"Guard": 2, "cfn-lint": 1}

from dataclasses import replace
from pathlib import Path

import pytest

from checks.finding import Finding, Verdict
from checks.variants import VARIANTS
from checks.verify import CHECKS, Verification
from infra.environments import DEV
from stacks.synth import synthesize
from tests.stacks.conftest import templates_in

Verified = tuple[Verification, Path]

#: Checks that every configuration passes.
CLEAN = ("AwsSolutions", "CloudFormation", "Guard", "cfn-lint", "IAM actions")


@pytest.mark.parametrize("check", CLEAN)
def test_every_configuration_passes(check: str, verified: Verified) -> None:
    assert [finding for finding in verified[0].findings if finding.check == check] == []


def test_every_configuration_was_judged_by_every_check(verified: Verified) -> None:
    assert [verdict.name for verdict in verified[0].verdicts] == list(VARIANTS)
    assert set(CLEAN) <= set(CHECKS)
    assert verified[0].distinct_templates < verified[0].templates


def test_each_acknowledgement_has_a_reason(verified: Verified) -> None:
    reasons = verified[0].acknowledged
    assert all(len(reason) > 20 for given in reasons.values() for reason in given)


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

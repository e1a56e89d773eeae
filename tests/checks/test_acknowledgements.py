from dataclasses import replace

from checks.acknowledgements import acknowledged_lines, acknowledgement_findings, reasons_by_rule, review_findings
from checks.finding import Finding, Result

REASON = "access logs expire after a year"


def result(*accepted: Finding) -> Result:
    return Result(name="any", findings=(), accepted=accepted)


def test_equal_rules_of_several_packs_count_once_and_too_many_rules_are_a_finding() -> None:
    twins = [Finding(pack, f"{pack}-S3BucketReplicationEnabled", "here", REASON) for pack in ("PCI.DSS.321", "HIPAA")]
    others = [Finding("AwsSolutions", f"AwsSolutions-R{number}[x]", "here", REASON) for number in range(24)]
    assert list(acknowledgement_findings([result(*twins, *others)])) == []
    (excess,) = acknowledgement_findings([result(*twins, *others, replace(others[0], rule="AwsSolutions-R24"))])
    assert "26 rules are acknowledged, allowed are 25" in excess.what


def test_an_acknowledgement_needs_a_reason() -> None:
    given = result(Finding("AwsSolutions", "AwsSolutions-S1", "here", "no logs"))
    assert reasons_by_rule([given]) == {"S1": {"no logs"}}
    assert [finding.rule for finding in acknowledgement_findings([given])] == ["S1"]


def test_the_list_to_review_names_rule_and_resource_without_the_environment() -> None:
    given = result(
        Finding("AwsSolutions", "AwsSolutions-S1", "mlops-dev-data/Logs", REASON),
        Finding("AwsSolutions", "AwsSolutions-IAM5[Action::s3:*]", "mlops-dev-data/Role", REASON),
    )
    assert acknowledged_lines([given], {"any": "mlops-dev"}) == ["S1 | data/Logs"]


def test_differences_from_the_committed_list_are_findings() -> None:
    assert list(review_findings(["S1 | data/Logs"], ["S1 | data/Logs"])) == []
    new, unused = review_findings(["S1 | data/Logs"], ["S3 | data/Raw"])
    assert (new.rule, new.where) == ("S1", "data/Logs")
    assert new.what.startswith("is not in checks/acknowledged.txt")
    assert (unused.rule, unused.where) == ("S3", "data/Raw")
    assert "--write-acknowledged" in unused.what

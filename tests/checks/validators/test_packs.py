from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3

from checks.finding import Finding
from checks.validators.packs import PACKS, REPORT_ONLY, validate_app
from stacks.synth import new_app

Validated = tuple[list[Finding], list[Finding]]


@pytest.fixture(scope="module")
def validated(tmp_path_factory: pytest.TempPathFactory) -> Validated:
    """One open bucket as it is, one with a bare acknowledgement, one with a proper one; no tags."""
    app = new_app(tmp_path_factory.mktemp("packs") / "out", REPORT_ONLY)
    stack = cdk.Stack(app, "Seeded")
    s3.Bucket(stack, "Open")
    bare, proper = s3.Bucket(stack, "Bare"), s3.Bucket(stack, "Proper")
    cdk.Validations.of(bare).acknowledge(cdk.Acknowledgment(id="AwsSolutions-S1", reason="because"))
    cdk.Validations.of(proper).acknowledge(cdk.Acknowledgment(id="AwsSolutions::AwsSolutions-S1", reason="no logs"))
    return validate_app(app)


def found(validated: Validated, name: str) -> set[tuple[str, str]]:
    return {(finding.check, finding.rule) for finding in validated[0] if f"/{name}" in f"/{finding.where}/"}


@pytest.mark.parametrize("pack", list(PACKS))
def test_every_pack_reports_a_seeded_mistake(pack: str, validated: Validated) -> None:
    assert [rule for check, rule in found(validated, "Open") if check == pack]


def test_a_bare_acknowledgement_is_a_finding(validated: Validated) -> None:
    assert ("AwsSolutions", "Annotation::AwsSolutions-S1") in found(validated, "Bare")


def test_an_acknowledgement_with_the_name_of_its_pack_is_accepted_with_its_reason(validated: Validated) -> None:
    assert ("AwsSolutions", "AwsSolutions-S1") not in found(validated, "Proper")
    assert [(item.rule, item.what) for item in validated[1]] == [("AwsSolutions-S1", "no logs")]


def test_a_stack_without_tags_is_a_finding(validated: Validated) -> None:
    assert ("Guard", "StacksTagged") in found(validated, "Seeded")


def test_findings_are_sorted_and_say_where(validated: Validated) -> None:
    assert validated[0] == sorted(validated[0])
    assert str(validated[0][0]).startswith(f"{validated[0][0].check} {validated[0][0].rule} at ")


def test_an_app_that_would_fail_by_itself_is_rejected(tmp_path: Path) -> None:
    app = new_app(tmp_path / "out")
    s3.Bucket(cdk.Stack(app, "Seeded"), "Open")
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        validate_app(app)

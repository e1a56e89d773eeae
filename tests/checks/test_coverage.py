from collections import Counter

import pytest

from checks.controls import controls
from checks.coverage import type_findings, unused_findings
from common.resource_types import resource_types
from tests.checks.conftest import Templates


@pytest.fixture(scope="module")
def types(variant_templates: dict[str, Templates]) -> dict[str, Counter[str]]:
    return {
        name: Counter(item["Type"] for template in templates.values() for item in template["Resources"].values())
        for name, templates in variant_templates.items()
    }


def test_every_type_has_a_row_and_every_row_and_control_is_used(types: dict[str, Counter[str]]) -> None:
    assert [*type_findings(types), *unused_findings(types)] == []


def rules(**counts: int) -> list[str]:
    used = Counter({f"AWS::{name.replace('_', '::')}": count for name, count in counts.items()})
    return [finding.rule for finding in type_findings({"any": used})]


def test_a_type_without_a_row_and_one_that_a_control_excludes_are_found() -> None:
    assert rules(EC2_VPC=1, Redshift_Cluster=1) == ["no row"]
    assert rules(SageMaker_NotebookInstance=1) == ["no row", "excluded"]


def test_more_resources_than_an_account_may_hold_are_found() -> None:
    assert rules(EC2_VPC=5) == []
    assert rules(EC2_VPC=6, Glue_DataCatalogEncryptionSettings=2) == ["limit", "limit"]


def test_a_row_and_a_control_without_a_resource_are_found() -> None:
    missing = "AWS::SageMaker::FeatureGroup"
    findings = list(unused_findings({"any": Counter(resource_types().keys() - {missing})}))
    named = [control for control in controls() if missing in control.resources]
    assert [finding.rule for finding in findings] == ["unused row", *["unused control"] * len(named)]
    assert all(missing in finding.what for finding in findings)

import json
from pathlib import Path
from typing import Any

import pytest

from checks.baselines.replacement import (
    Replacement,
    accepted,
    baseline,
    identities,
    of_known_pipelines,
    replacements,
    unaccepted,
)
from common.resource_types import resource_types
from infra.environments import ENVIRONMENTS

BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "data", "VersioningConfiguration": {}}}
GROUP = {"Type": "AWS::SageMaker::FeatureGroup", "Properties": {"OnlineStoreConfig": {"EnableOnlineStore": True}}}


def read(folder: Path, **resources: dict[str, Any]) -> dict[str, dict[str, Any]]:
    (folder / "mlops.template.json").write_text(json.dumps({"Resources": resources}))
    return identities(folder, "us-east-1")


def test_an_identity_is_the_type_and_what_cannot_be_changed_in_place(tmp_path: Path) -> None:
    found = read(tmp_path, Bucket=BUCKET, Group=GROUP, Rule={"Type": "AWS::Events::Rule", "Properties": {}})
    assert found == {
        "mlops/Bucket": {"Type": "AWS::S3::Bucket", "BucketName": "data"},
        "mlops/Group": {"Type": "AWS::SageMaker::FeatureGroup", "OnlineStoreConfig/EnableOnlineStore": True},
    }


def test_a_new_logical_id_is_a_removal(tmp_path: Path) -> None:
    before, after = read(tmp_path, Bucket=BUCKET), read(tmp_path, Renamed=BUCKET)
    assert replacements(before, after) == [Replacement("mlops/Bucket", "Type", "removed")]


def test_a_changed_name_is_a_replacement_and_a_changed_setting_is_not(tmp_path: Path) -> None:
    before = read(tmp_path, Bucket=BUCKET)
    unversioned = {**BUCKET, "Properties": {"BucketName": "data"}}
    assert replacements(before, read(tmp_path, Bucket=unversioned, Another=BUCKET)) == []
    renamed = {**BUCKET, "Properties": {"BucketName": "other"}}
    assert replacements(before, read(tmp_path, Bucket=renamed)) == [
        Replacement("mlops/Bucket", "BucketName", '"other"')
    ]


def test_a_property_that_goes_is_a_replacement(tmp_path: Path) -> None:
    before = read(tmp_path, Group=GROUP)
    after = read(tmp_path, Group={**GROUP, "Properties": {}})
    assert [str(change) for change in replacements(before, after)] == [
        "mlops/Group: OnlineStoreConfig/EnableOnlineStore becomes null"
    ]


def test_only_a_decision_with_a_reason_lets_one_through() -> None:
    change = Replacement("mlops/Bucket", "Type", "removed")
    assert unaccepted([change], {}) == [change]
    assert unaccepted([change], {change: " "}) == [change]
    assert unaccepted([change], {change: "empty, and no longer used"}) == []
    assert unaccepted([change], {Replacement("mlops/Buck*", "Type", "removed"): "moved"}) == []
    assert unaccepted([change], {Replacement("mlops/Buck*", "Name", "removed"): "moved"}) == [change]


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_no_stateful_resource_is_replaced_without_an_accepted_entry(name: str, variants: dict[str, Path]) -> None:
    now = of_known_pipelines(name, identities(variants[name], ENVIRONMENTS[name].region))
    committed = baseline(name)
    assert committed, "no baseline: run `make baseline`"
    assert unaccepted(replacements(committed, now), accepted()) == [], "see checks/baselines/accepted_replacements.toml"
    assert now == committed, "run `make baseline` and review its diff"


def test_every_stateful_type_occurs_in_the_templates(variants: dict[str, Path]) -> None:
    kinds = {identity["Type"] for identity in identities(variants["prod"], "us-east-1").values()}
    assert kinds == {name for name, row in resource_types().items() if row.stateful}

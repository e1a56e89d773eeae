import copy
import json
from pathlib import Path
from typing import Any

import pytest

from checks.environment.literal_names import accepted_names, fixed_properties, property_value, validate_names
from infra.content_name import content_name

Templates = dict[str, dict[str, Any]]
DOCUMENT = {"EncryptionConfiguration": {"EnableAtRestEncryption": True}}


def found(kind: str, **properties: object) -> list[str]:
    template = {"Resources": {"R": {"Type": kind, "Properties": properties}}}
    return [f"{finding.where}: {finding.what}" for finding in validate_names("compute", template)]


def test_a_name_that_does_not_follow_its_content_collides_with_its_replacement() -> None:
    assert found("AWS::EMR::SecurityConfiguration", Name="mlops-dev-spark", SecurityConfiguration=DOCUMENT) == [
        "compute/R: Name 'mlops-dev-spark' stays when SecurityConfiguration changes, so the replacement already "
        "exists; name it by infra/content_name.py"
    ]
    name = content_name("mlops-dev-spark", {"SecurityConfiguration": DOCUMENT})
    assert found("AWS::EMR::SecurityConfiguration", Name=name, SecurityConfiguration=DOCUMENT) == []
    assert found("AWS::EMR::SecurityConfiguration", SecurityConfiguration=DOCUMENT) == []


def test_glue_cannot_update_a_configuration_although_its_schema_does_not_say_so() -> None:
    assert found("AWS::Glue::SecurityConfiguration", Name="mlops-dev-glue", EncryptionConfiguration={"S3": []})


def test_a_property_that_repeats_the_name_changes_with_it() -> None:
    group = "AWS::EC2::SecurityGroup"
    assert found(group, GroupName="mlops-dev-jobs", GroupDescription="mlops-dev-jobs", VpcId="vpc-1") == []
    assert found(group, GroupName="mlops-dev-jobs", GroupDescription="Jobs", VpcId="vpc-1")


def test_an_entry_with_a_value_accepts_that_value_only() -> None:
    balancer = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    assert found(balancer, Name="mlops-dev-tracking", Scheme="internal", Type="application") == []
    (collision,) = found(balancer, Name="mlops-dev-tracking", Scheme="internet-facing", Type="application")
    assert "when Scheme changes" in collision


def test_what_belongs_to_the_identifier_and_stateful_resources_are_left_out() -> None:
    assert found("AWS::WAFv2::WebACL", Name="mlops-dev-tracking", Scope="REGIONAL") == []
    assert found("AWS::MWAA::Environment", Name="mlops-dev", KmsKey="key") == []


def altered(resource: dict[str, Any], path: str) -> dict[str, Any]:
    changed = copy.deepcopy(resource)
    *parents, last = path.split("/")
    holder = changed["Properties"]
    for parent in parents:
        holder = holder[parent]
    holder[last] = {"altered": holder[last]}
    return changed


@pytest.mark.parametrize("variant", ["prod", "isolated", "every-option"])
def test_every_change_of_a_named_resource_is_found_unless_its_name_changes(
    variant: str, variant_templates: dict[str, Templates]
) -> None:
    altered_properties = 0
    for file_name, template in variant_templates[variant].items():
        for logical_id, resource in template["Resources"].items():
            if resource["Type"] not in {"AWS::EMR::SecurityConfiguration", "AWS::Glue::SecurityConfiguration"}:
                continue
            for path in fixed_properties(resource["Type"]):
                if path != "Name" and property_value(resource["Properties"], path) is not None:
                    changed = {"Resources": {logical_id: altered(resource, path)}}
                    assert validate_names(file_name, changed), f"{logical_id} {path}"
                    altered_properties += 1
    assert altered_properties


def test_the_templates_have_no_collisions_and_need_every_entry(variants: dict[str, Path]) -> None:
    used = set()
    for folder in variants.values():
        for path in folder.glob("*.template.json"):
            template = json.loads(path.read_text())
            assert validate_names(path.name, template) == []
            for resource in template["Resources"].values():
                for each in fixed_properties(resource["Type"]):
                    value = property_value(resource.get("Properties", {}), each)
                    used |= {
                        entry
                        for entry in accepted_names()
                        if value is not None and entry.applies_to(resource["Type"], each, value)
                    }
    assert used == set(accepted_names())

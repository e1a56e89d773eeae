import json
from pathlib import Path

from common.resource_types import resource_types
from operations.rehearsal.stripping import strip_assembly
from tests.operations.rehearsal.conftest import Deployed, templates
from tests.stacks.templates import functions

PSEUDO = {"AWS::AccountId", "AWS::NoValue", "AWS::Partition", "AWS::Region", "AWS::StackName", "AWS::URLSuffix"}
TEMPLATE = {
    "Resources": {
        "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Gone"}}, "DependsOn": "Gone"},
        "Role": {
            "Type": "AWS::IAM::Role",
            "DependsOn": ["Gone", "Topic"],
            "Properties": {"Arns": [{"Fn::GetAtt": ["Gone", "Arn"]}, {"Fn::GetAtt": ["Topic", "TopicArn"]}]},
        },
        "Database": {"Type": "AWS::RDS::DBInstance"},
        "Gone": {"Type": "AWS::MWAA::Environment"},
    },
    "Outputs": {
        "Kept": {"Value": {"Ref": "Topic"}},
        "Secret": {"Value": {"Fn::GetAtt": ["Database", "MasterUserSecret.SecretArn"]}},
    },
}


def strip(folder: Path) -> tuple[dict[str, int], dict[str, dict[str, dict[str, object]]]]:
    source = folder / "full"
    source.mkdir()
    (source / "one.template.json").write_text(json.dumps(TEMPLATE))
    (source / "one.assets.json").write_text(json.dumps({"files": {"a": 1}, "dockerImages": {"b": 2}}))
    return strip_assembly(source, folder / "left"), templates(folder / "left")[0]


def test_unsupported_resources_go_and_are_counted(tmp_path: Path) -> None:
    omitted, template = strip(tmp_path)
    assert omitted == {"AWS::MWAA::Environment": 1}
    assert set(template["Resources"]) == {"Topic", "Role", "Database"}


def test_only_references_to_what_is_gone_become_text(tmp_path: Path) -> None:
    _, template = strip(tmp_path)
    topic, role = template["Resources"]["Topic"], template["Resources"]["Role"]
    assert topic == {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "not-deployed-Gone"}}
    assert role["DependsOn"] == ["Topic"]
    gone = "arn:aws:emulated:us-east-1:111111111111:not-deployed/Gone/Arn"
    assert role["Properties"] == {"Arns": [gone, {"Fn::GetAtt": ["Topic", "TopicArn"]}]}
    assert template["Outputs"]["Kept"] == {"Value": {"Ref": "Topic"}}
    assert str(template["Outputs"]["Secret"]["Value"]).startswith("arn:aws:")


def test_a_resource_goes_for_a_property_that_the_emulator_refuses(tmp_path: Path) -> None:
    alarms = {
        "Plain": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "m"}},
        "Math": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": []}},
    }
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "one.template.json").write_text(json.dumps({"Resources": alarms}))
    assert strip_assembly(tmp_path / "full", tmp_path / "left") == {"AWS::CloudWatch::Alarm with Metrics": 1}
    assert set(templates(tmp_path / "left")[0]["Resources"]) == {"Plain"}


def test_images_are_not_built_and_files_are_uploaded(tmp_path: Path) -> None:
    strip(tmp_path)
    assert json.loads((tmp_path / "left" / "one.assets.json").read_text()) == {"files": {"a": 1}, "dockerImages": {}}


def test_only_resources_that_are_not_emulated_are_left_out_of_dev(deployed: Deployed) -> None:
    types = {item["Type"] for template in templates(deployed[0]) for item in template["Resources"].values()}
    assert all(resource_types()[name].emulated for name in types)
    assert all(not resource_types()[name].emulated for name in deployed[1] if " with " not in name)


def test_nothing_deployed_refers_to_what_was_left_out(deployed: Deployed) -> None:
    for template in templates(deployed[0]):
        known = {*template["Resources"], *template.get("Parameters", {}), *PSEUDO}
        assert {str(name) for name in functions(template, "Ref")} <= known
        assert {str(argument[0]) for argument in functions(template, "Fn::GetAtt")} <= known
        waits_for = {each for item in template["Resources"].values() for each in item.get("DependsOn", [])}
        assert waits_for <= known

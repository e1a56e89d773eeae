import json
from pathlib import Path
from typing import Any

import pytest

from common.errors import PlatformError
from local.templates import Templates


def templates(folder: Path, **stacks: dict[str, Any]) -> Templates:
    """Write the templates of an assembly by stack name and read them."""
    for name, template in stacks.items():
        (folder / f"{name}.template.json").write_text(json.dumps(template))
    return Templates(folder, "111111111111", "eu-central-1")


def test_values_cross_stacks_and_functions(tmp_path: Path) -> None:
    network = {
        "Resources": {
            "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {}},
            "Published": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {"Name": "/network/subnet", "Value": {"Ref": "Subnet"}},
            },
        },
    }
    orchestration = {
        "Parameters": {
            "Received": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/network/subnet"},
            "Version": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/version"},
        },
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "runner"}},
            "Airflow": {
                "Type": "AWS::MWAA::Environment",
                "Properties": {
                    "AirflowConfigurationOptions": {
                        "platform.subnets": {"Fn::Join": [",", [{"Ref": "Received"}, "b"]]},
                        "platform.role": {"Fn::GetAtt": ["Role", "Arn"]},
                        "platform.image": {"Fn::Sub": "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/x"},
                        "platform.first": {"Fn::Select": [0, {"Fn::Split": ["-", "a-b"]}]},
                    }
                },
            },
        },
    }

    options = templates(tmp_path, network=network, orchestration=orchestration).airflow_options()

    assert options["platform.subnets"].startswith("subnet-")
    assert options["platform.subnets"].endswith(",b")
    assert options["platform.role"] == "arn:aws:iam::111111111111:role/runner"
    assert options["platform.image"] == "111111111111.dkr.ecr.eu-central-1.amazonaws.com/x"
    assert options["platform.first"] == "a"


def test_identifiers_are_the_same_at_every_reading(tmp_path: Path) -> None:
    stack = {"Resources": {"Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"Id": {"Ref": "Group"}}}}}

    first, second = (next(templates(tmp_path, a=stack).resources("AWS::EC2::SecurityGroup")) for _ in range(2))

    assert first == second
    assert first.properties["Id"].startswith("sg-")


def test_what_cannot_be_resolved_is_named(tmp_path: Path) -> None:
    stack = {"Resources": {"X": {"Type": "AWS::S3::Bucket", "Properties": {"Name": {"Fn::Cidr": ["10.0.0.0/16", 2]}}}}}

    with pytest.raises(PlatformError, match="Fn::Cidr"):
        list(templates(tmp_path, a=stack).resources("AWS::S3::Bucket"))


def test_an_empty_assembly_tells_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(PlatformError, match="make synth"):
        Templates(tmp_path, "1", "r")


def test_secrets_and_topics_are_referenced_by_their_arn(tmp_path: Path) -> None:
    stack = {
        "Resources": {
            "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "admin"}},
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {}},
            "Policy": {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {"Resource": [{"Ref": "Secret"}, {"Ref": "Topic"}]},
            },
        }
    }
    (policy,) = templates(tmp_path, a=stack).resources("AWS::IAM::ManagedPolicy")

    named, topic = policy.properties["Resource"]
    assert named == "arn:aws:secretsmanager:eu-central-1:111111111111:secret:admin"
    assert topic.startswith("arn:aws:sns:eu-central-1:111111111111:Topic-")

from typing import Any

import pytest

from checks.permissions.actions import validate_actions

OBJECTS, BUCKET = "arn:aws:s3:::raw/*", "arn:aws:s3:::raw"
CLUSTER = "arn:aws:elasticmapreduce:us-east-1:111111111111:cluster/j-1"
STREAMS = "arn:aws:logs:us-east-1:111111111111:log-group:/mlops-dev/flow-logs:*"


def template(kind: str, action: Any, resource: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return {"Resources": {"P": {"Type": kind, "Properties": {"PolicyDocument": {"Statement": [statement]}}}}}


def findings(action: Any, resource: Any, kind: str = "AWS::IAM::ManagedPolicy") -> list[tuple[str, str]]:
    return [(finding.rule, finding.what) for finding in validate_actions("stack", template(kind, action, resource))]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", OBJECTS),
        (["s3:GetObject", "s3:ListBucket"], [OBJECTS, BUCKET]),
        ("elasticmapreduce:RunJobFlow", "*"),
        (["logs:CreateLogStream", "logs:PutLogEvents"], STREAMS),
        ("kms:Decrypt", {"Fn::GetAtt": ["Key", "Arn"]}),
        ("s3:GetObject", {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::raw/*"]]}),
        ("glue:GetTable", "arn:aws:glue:us-east-1:111111111111:table/raw/*"),
    ],
)
def test_what_fits_is_no_finding(action: Any, resource: Any) -> None:
    assert findings(action, resource) == []


@pytest.mark.parametrize("action", ["s3:GetObjekt", "s4:GetObject", "s3:getobject", "s3:Fly*", "GetObject"])
def test_an_action_that_iam_does_not_know_is_found(action: str) -> None:
    assert findings(action, OBJECTS) == [("unknown action", action)]


@pytest.mark.parametrize("kind", ["AWS::S3::BucketPolicy", "AWS::KMS::Key"])
def test_patterns_of_actions_that_exist_may_guard_a_resource(kind: str) -> None:
    assert findings(["s3:Get*", "*"], OBJECTS, kind) == []


@pytest.mark.parametrize(
    ("action", "resource", "what"),
    [
        ("elasticmapreduce:RunJobFlow", CLUSTER, "RunJobFlow does not apply to"),
        ("s3:ListBucket", OBJECTS, "ListBucket does not apply to"),
        (["s3:GetObject"], [OBJECTS, BUCKET], "applies to arn:aws:s3:::raw"),
        ("glue:GetTable", OBJECTS, "GetTable does not apply to"),
    ],
)
def test_an_action_without_its_kind_of_resource_is_found(action: Any, resource: Any, what: str) -> None:
    assert what in "\n".join(text for rule, text in findings(action, resource) if rule == "mismatch")


def test_a_trust_policy_names_no_resources() -> None:
    document = {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "x"}}}
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": document}}
    assert validate_actions("stack", {"Resources": {"R": role}}) == []

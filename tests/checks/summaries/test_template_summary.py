import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from checks.summaries.template_summary import masked, summarize

ACCOUNT, REGION = "111111111111", "eu-west-1"
SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab:-${}", max_size=6)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner))
PROPERTIES = st.dictionaries(st.text("abc", min_size=1), VALUES, min_size=1, max_size=4)
TEMPLATES = st.lists(PROPERTIES, min_size=1, max_size=4).map(
    lambda all_properties: {
        "Resources": {
            f"Resource{position}": {"Type": "AWS::Test::Thing", "Properties": properties}
            for position, properties in enumerate(all_properties)
        }
    }
)


def summary(resources: dict[str, Any], **sections: Any) -> list[str]:
    return summarize({"Resources": resources, **sections}, account=ACCOUNT, region=REGION).splitlines()


def lines_of(resource_type: str, properties: dict[str, Any], **sections: Any) -> list[str]:
    """The lines of one resource, without the digest of the first."""
    first, *others = summary({"Id": {"Type": resource_type, "Properties": properties}}, **sections)
    return [first.rsplit(" #", 1)[0], *(line.strip() for line in others)]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


@given(st.data(), TEMPLATES)
def test_changing_any_property_of_any_resource_changes_its_line_and_no_other(
    data: st.DataObject, template: dict[str, Any]
) -> None:
    logical_id = data.draw(st.sampled_from(sorted(template["Resources"])))
    changed = copy.deepcopy(template)
    parent: Any = changed["Resources"][logical_id]["Properties"]
    *parents, last = data.draw(st.sampled_from(list(places(parent))))
    for key in parents:
        parent = parent[key]
    old = json.dumps(parent[last], sort_keys=True)
    parent[last] = data.draw(VALUES.filter(lambda value: json.dumps(value, sort_keys=True) != old))

    before, after = summary(template["Resources"]), summary(changed["Resources"])

    position = sorted(template["Resources"]).index(logical_id)
    assert [number for number, pair in enumerate(zip(before, after, strict=True)) if len(set(pair)) > 1] == [position]


@given(TEMPLATES)
def test_the_order_of_keys_does_not_change_a_summary(template: dict[str, Any]) -> None:
    resources = template["Resources"]
    reordered = {
        name: {"Properties": dict(reversed(each["Properties"].items())), "Type": each["Type"]}
        for name, each in reversed(resources.items())
    }
    assert summary(reordered) == summary(resources)


def test_attributes_beside_the_properties_are_part_of_the_digest() -> None:
    bucket: dict[str, Any] = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "raw"}}
    summaries = [
        summary({"Id": {**bucket, **more}})
        for more in ({}, {"DeletionPolicy": "Retain"}, {"DependsOn": ["Other"]}, {"Metadata": {"a": 1}})
    ]
    assert len({tuple(each) for each in summaries}) == len(summaries)


def test_job_code_does_not_change_a_summary_and_a_container_image_does() -> None:
    first, second = "0" * 64, "f" * 64
    assert masked(f"s3://assets/{first}.zip") == masked(f"s3://assets/{second}.zip")
    assert masked(f"image@sha256:{first}") != masked(f"image@sha256:{second}")
    assert lines_of("AWS::S3::Bucket", {"Key": first}) == lines_of("AWS::S3::Bucket", {"Key": second})


def test_every_section_of_a_template_has_lines() -> None:
    path = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/mlops/keys/lake"}
    sections = {
        "Parameters": {"Key": path},
        "Outputs": {"Url": {"Value": "x"}},
        "Conditions": {"IsProd": {}},
        "Description": "Keys",
    }
    text = "\n".join(summary({}, **sections))
    for start in (
        "Description: Keys #",
        "Parameter Key AWS::SSM::Parameter::Value<String> /mlops/keys/lake #",
        "Output Url #",
        "Condition IsProd #",
    ):
        assert start in text


def test_a_resource_is_named_by_the_property_of_its_type() -> None:
    cases = {
        "AWS::IAM::Role": {"RoleName": f"jobs-{REGION}", "Path": "/"},
        "AWS::EC2::SecurityGroup": {"GroupName": "jobs"},
        "AWS::RDS::DBInstance": {"DBInstanceIdentifier": "jobs", "DBName": "other", "DBSubnetGroupName": "other"},
        "AWS::EC2::VPCEndpoint": {"ServiceName": "jobs"},
        "AWS::Glue::Table": {"Name": "jobs", "DatabaseName": "other"},
    }
    for resource_type, properties in cases.items():
        assert lines_of(resource_type, properties)[0] == f"{resource_type} Id jobs"
    assert lines_of("AWS::EC2::VPC", {"CidrBlock": "10.0.0.0/16"}) == ["AWS::EC2::VPC Id -"]


def test_a_statement_is_one_line_with_short_arns_and_its_conditions() -> None:
    statement = {
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:PutObject"],
        "Resource": [f"arn:aws:s3:::raw-{ACCOUNT}-{REGION}/*", {"Fn::GetAtt": ["Key", "Arn"]}],
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT, "s3:prefix": ["a", "b"]}},
    }
    assert lines_of("AWS::IAM::ManagedPolicy", {"PolicyDocument": {"Statement": [statement]}})[1:] == [
        "PolicyDocument: Allow s3:GetObject, s3:PutObject on s3:raw/*, ${Key.Arn}"
        f" if StringEquals aws:SourceAccount={ACCOUNT} and StringEquals s3:prefix=a, b"
    ]


def test_a_denial_names_what_it_leaves_out() -> None:
    statement = {
        "Effect": "Deny",
        "NotAction": "s3:GetObject",
        "NotResource": "*",
        "NotPrincipal": {"AWS": "arn:aws:iam::222222222222:role/other"},
    }
    assert lines_of("AWS::S3::BucketPolicy", {"PolicyDocument": {"Statement": [statement]}})[1:] == [
        "PolicyDocument: Deny all but s3:GetObject on all but * for all but AWS=iam:222222222222:role/other"
    ]


def test_references_to_published_parameters_show_their_path() -> None:
    parameters = {"LakeKeyParameter": {"Type": "String", "Default": "/mlops/dev/keys/lake"}}
    statement = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": {"Ref": "LakeKeyParameter"}}
    lines = lines_of("AWS::KMS::Key", {"KeyPolicy": {"Statement": [statement]}}, Parameters=parameters)
    assert lines[-1] == "KeyPolicy: Allow kms:Decrypt on ${/mlops/dev/keys/lake}"


def test_security_group_rules_are_shown_inside_and_beside_their_group() -> None:
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/16", "Description": "APIs"}
    beside = {**rule, "GroupId": {"Ref": "Group"}, "ToPort": 450}
    assert lines_of("AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [rule]})[1:] == [
        "ingress tcp 443 from 10.0.0.0/16: APIs"
    ]
    assert lines_of("AWS::EC2::SecurityGroupEgress", beside)[1:] == ["egress ${Group} tcp 443-450 to 10.0.0.0/16: APIs"]


def test_an_alarm_shows_metric_limit_and_periods() -> None:
    stat = {
        "Metric": {"Namespace": "AWS/RDS", "MetricName": "CPU", "Dimensions": [{"Name": "DB", "Value": "tracking"}]},
        "Stat": "Average",
        "Period": 300,
    }
    alarm = {
        "AlarmName": "busy",
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
        "Threshold": 90,
        "TreatMissingData": "breaching",
    }
    periods = "> 90 in 2 of 3 periods, missing data breaching"
    assert lines_of("AWS::CloudWatch::Alarm", {**alarm, "Metrics": [{"MetricStat": stat}]}) == [
        "AWS::CloudWatch::Alarm Id busy",
        f"alarm AWS/RDS CPU Average of 300 s {{DB=tracking}} {periods}",
    ]
    plain = {**alarm, "Namespace": "AWS/RDS", "MetricName": "CPU", "Statistic": "Sum", "Period": 60}
    assert lines_of("AWS::CloudWatch::Alarm", plain)[1:] == [f"alarm AWS/RDS CPU Sum of 60 s {periods}"]
    expression = {**alarm, "Metrics": [{"Expression": "MAX([a])"}]}
    assert lines_of("AWS::CloudWatch::Alarm", expression)[1:] == [f"alarm MAX([a]) {periods}"]


def test_an_event_rule_shows_pattern_or_schedule_and_targets() -> None:
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"
    pattern = {"source": ["aws.glue"], "detail": {"state": ["FAILED", "TIMEOUT"]}}
    assert lines_of("AWS::Events::Rule", {"EventPattern": pattern, "Targets": [{"Arn": topic}]})[1:] == [
        "enabled on source=aws.glue, detail=(state=[FAILED, TIMEOUT]) to sns:alerts"
    ]
    scheduled = {"ScheduleExpression": "rate(1 day)", "State": "DISABLED", "Targets": [{"Arn": topic}]}
    assert lines_of("AWS::Events::Rule", scheduled)[1:] == ["disabled on rate(1 day) to sns:alerts"]

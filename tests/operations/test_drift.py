import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from common.errors import PlatformError
from infra.environments import DEV
from infra.names import PlatformNames
from operations.drift import Drift, find_drift

NAMES = PlatformNames.of(DEV)
NOW = datetime(2026, 11, 24, tzinfo=UTC)
FILTERS = ["MODIFIED", "DELETED"]


@pytest.fixture
def cloudformation() -> Iterator[tuple[Any, Stubber]]:
    client = boto3.client("cloudformation", region_name="us-east-1", aws_access_key_id="1", aws_secret_access_key="2")  # noqa: S106
    with Stubber(client) as stubber:
        yield client, stubber
        stubber.assert_no_pending_responses()


def told_stacks(stubber: Stubber, **tags: str) -> None:
    stacks = [
        {
            "StackName": name,
            "CreationTime": NOW,
            "StackStatus": "CREATE_COMPLETE",
            "Tags": [{"Key": "platform", "Value": platform}],
        }
        for name, platform in tags.items()
    ]
    stubber.add_response("describe_stacks", {"Stacks": stacks}, {})


def told_status(stubber: Stubber, status: str, **more: str) -> None:
    answer = {"StackId": "arn", "StackDriftDetectionId": "d", "DetectionStatus": status, "Timestamp": NOW, **more}
    stubber.add_response("describe_stack_drift_detection_status", answer, {"StackDriftDetectionId": "d"})


def resource(logical_id: str, kind: str, paths: list[str], **expected: str) -> dict[str, Any]:
    return {
        "StackId": "arn",
        "LogicalResourceId": logical_id,
        "ResourceType": kind,
        "ExpectedProperties": json.dumps(expected),
        "StackResourceDriftStatus": "MODIFIED" if paths else "DELETED",
        "PropertyDifferences": [
            {"PropertyPath": path, "ExpectedValue": "a", "ActualValue": "b", "DifferenceType": "NOT_EQUAL"}
            for path in paths
        ],
        "Timestamp": NOW,
    }


def detected(stubber: Stubber) -> None:
    stubber.add_response("detect_stack_drift", {"StackDriftDetectionId": "d"}, {"StackName": "data"})


def told_drifts(stubber: Stubber, *pages: list[dict[str, Any]]) -> None:
    request = {"StackName": "data", "StackResourceDriftStatusFilters": FILTERS}
    for number, page in enumerate(pages):
        is_last = number == len(pages) - 1
        answer: dict[str, Any] = {"StackResourceDrifts": page, **({} if is_last else {"NextToken": str(number)})}
        stubber.add_response("describe_stack_resource_drifts", answer, dict(request))
        request = {**request, "NextToken": str(number)}


def test_every_page_of_every_stack_of_the_environment_is_read(cloudformation: tuple[Any, Stubber]) -> None:
    client, stubber = cloudformation
    told_stacks(stubber, data="mlops-dev", other="mlops-prod")
    detected(stubber)
    told_status(stubber, "DETECTION_IN_PROGRESS")
    told_status(stubber, "DETECTION_COMPLETE")
    told_drifts(
        stubber,
        [resource("Bucket", "AWS::S3::Bucket", ["/VersioningConfiguration/Status", "/BucketName"])],
        [resource("Key", "AWS::KMS::Key", [])],
    )
    pauses: list[float] = []
    assert find_drift(client, NAMES, pauses.append) == [
        Drift(
            stack="data",
            logical_id="Bucket",
            type="AWS::S3::Bucket",
            status="MODIFIED",
            properties=["/BucketName", "/VersioningConfiguration/Status"],
        ),
        Drift(stack="data", logical_id="Key", type="AWS::KMS::Key", status="DELETED", properties=[]),
    ]
    assert len(pauses) == 1


@pytest.mark.parametrize(
    ("name", "paths", "is_drift"),
    [
        ("mlops-dev-emr-nodes", ["/SecurityGroupIngress/0"], False),
        ("mlops-dev-emr-nodes", ["/SecurityGroupIngress/0", "/GroupDescription"], True),
        ("mlops-dev-emr-nodes", [], True),
        ("mlops-dev-jobs", ["/SecurityGroupIngress/0"], True),
    ],
)
def test_only_rules_that_emr_writes_into_its_own_groups_are_expected(
    name: str, paths: list[str], is_drift: bool, cloudformation: tuple[Any, Stubber]
) -> None:
    client, stubber = cloudformation
    told_stacks(stubber, data="mlops-dev")
    detected(stubber)
    told_status(stubber, "DETECTION_COMPLETE")
    told_drifts(stubber, [resource("Group", "AWS::EC2::SecurityGroup", paths, GroupName=name)])
    assert bool(find_drift(client, NAMES, lambda _: None)) is is_drift


def test_a_stack_that_cannot_be_compared_is_no_stack_without_drift(cloudformation: tuple[Any, Stubber]) -> None:
    client, stubber = cloudformation
    told_stacks(stubber, data="mlops-dev")
    detected(stubber)
    told_status(stubber, "DETECTION_FAILED", DetectionStatusReason="access denied")
    with pytest.raises(PlatformError, match="drift detection of data failed: access denied"):
        find_drift(client, NAMES, lambda _: None)


def test_an_environment_that_is_not_deployed_is_no_environment_without_drift(
    cloudformation: tuple[Any, Stubber],
) -> None:
    client, stubber = cloudformation
    told_stacks(stubber, other="mlops-prod")
    with pytest.raises(PlatformError, match="no stack in 111111111111/us-east-1 is tagged platform=mlops-dev"):
        find_drift(client, NAMES, lambda _: None)

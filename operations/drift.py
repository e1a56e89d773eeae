"""What somebody changed behind the stacks' back, as CloudFormation finds it."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from common.errors import PlatformError
from infra.names import PlatformNames
from infra.network.placement import Group

_POLL_SECONDS = 5
_MOST_POLLS = 120
#: EMR writes rules of its own into the groups of its nodes and takes them along with the cluster (EMR management guide,
#: EMR-managed security groups, read 2026-11-24).
_EMR_GROUPS = (Group.EMR_PRIMARY, Group.EMR_NODES, Group.EMR_SERVICE)
_RULES = ("/SecurityGroupIngress", "/SecurityGroupEgress")


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A resource that is no longer as its template says: `MODIFIED` in these properties, or `DELETED`."""

    stack: str
    logical_id: str
    type: str
    status: str
    properties: Sequence[str]


def stacks_of(cloudformation: Any, names: PlatformNames) -> list[str]:
    """The deployed stacks of an environment, by the tag that each of them carries."""
    pages = cloudformation.get_paginator("describe_stacks").paginate()
    wanted = {"Key": "platform", "Value": names.prefix}
    found = sorted(stack["StackName"] for page in pages for stack in page["Stacks"] if wanted in stack.get("Tags", []))
    if not found:
        raise PlatformError(
            f"no stack in {names.account}/{names.region} is tagged platform={names.prefix}; deploy first"
        )
    return found


def find_drift(cloudformation: Any, names: PlatformNames, pause: Callable[[float], None]) -> list[Drift]:
    """Every drifted resource of an environment; raises PlatformError when a stack cannot be compared."""
    detections = {
        stack: cloudformation.detect_stack_drift(StackName=stack)["StackDriftDetectionId"]
        for stack in stacks_of(cloudformation, names)
    }
    emr_groups = {names.resource(group) for group in _EMR_GROUPS}
    found = []
    for stack, detection in detections.items():
        _wait(cloudformation, stack, detection, pause)
        for told in _drifted(cloudformation, stack):
            drift = _drift(stack, told)
            has_only_rules = bool(drift.properties) and all(each.startswith(_RULES) for each in drift.properties)
            if not (has_only_rules and _group_name(told) in emr_groups):
                found.append(drift)
    return found


def _wait(cloudformation: Any, stack: str, detection: str, pause: Callable[[float], None]) -> None:
    for _ in range(_MOST_POLLS):
        told = cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        if told["DetectionStatus"] == "DETECTION_COMPLETE":
            return
        if told["DetectionStatus"] == "DETECTION_FAILED":
            raise PlatformError(f"{stack} cannot be compared: {told.get('DetectionStatusReason', 'no reason given')}")
        pause(_POLL_SECONDS)
    raise PlatformError(f"{stack} was not compared within {_POLL_SECONDS * _MOST_POLLS} s; run it again later")


def _drifted(cloudformation: Any, stack: str) -> Iterator[dict[str, Any]]:
    request = {"StackName": stack, "StackResourceDriftStatusFilters": ["MODIFIED", "DELETED"]}
    while True:
        page = cloudformation.describe_stack_resource_drifts(**request)
        yield from page["StackResourceDrifts"]
        if "NextToken" not in page:
            return
        request["NextToken"] = page["NextToken"]


def _group_name(told: dict[str, Any]) -> str | None:
    if told["ResourceType"] != "AWS::EC2::SecurityGroup":
        return None
    name: str | None = json.loads(told.get("ExpectedProperties", "{}")).get("GroupName")
    return name


def _drift(stack: str, told: dict[str, Any]) -> Drift:
    return Drift(
        stack=stack,
        logical_id=told["LogicalResourceId"],
        type=told["ResourceType"],
        status=told["StackResourceDriftStatus"],
        properties=sorted(each["PropertyPath"] for each in told.get("PropertyDifferences", [])),
    )

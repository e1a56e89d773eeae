"""Detect drift of deployed stacks with CloudFormation."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from common.errors import PlatformError
from infra.names import PlatformNames
from infra.network.placement import Group

_POLL_SECONDS = 5
_MOST_POLLS = 120
#: EMR adds rules to the security groups of its nodes and removes them with the cluster (EMR management guide,
#: EMR-managed security groups, read 2026-11-24).
_EMR_GROUPS = (Group.EMR_PRIMARY, Group.EMR_NODES, Group.EMR_SERVICE)
_RULES = ("/SecurityGroupIngress", "/SecurityGroupEgress")


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A resource that differs from its template: `status` is `MODIFIED`, in these properties, or `DELETED`."""

    stack: str
    logical_id: str
    type: str
    status: str
    properties: Sequence[str]


def stacks_of(cloudformation: Any, names: PlatformNames) -> list[str]:
    """Return the names of the deployed stacks of an environment, found by their tag."""
    pages = cloudformation.get_paginator("describe_stacks").paginate()
    tag = {"Key": "platform", "Value": names.prefix}
    stacks = sorted(stack["StackName"] for page in pages for stack in page["Stacks"] if tag in stack.get("Tags", []))
    if not stacks:
        raise PlatformError(
            f"no stack in {names.account}/{names.region} is tagged platform={names.prefix}; deploy first"
        )
    return stacks


def find_drift(cloudformation: Any, names: PlatformNames, pause: Callable[[float], None]) -> list[Drift]:
    """Return every drifted resource of an environment; raises PlatformError when drift detection fails."""
    detections = {
        stack: cloudformation.detect_stack_drift(StackName=stack)["StackDriftDetectionId"]
        for stack in stacks_of(cloudformation, names)
    }
    emr_groups = {names.resource(group) for group in _EMR_GROUPS}
    drifts = []
    for stack, detection in detections.items():
        _wait(cloudformation, stack, detection, pause)
        for description in _drifted(cloudformation, stack):
            drift = _drift(stack, description)
            has_only_rules = bool(drift.properties) and all(each.startswith(_RULES) for each in drift.properties)
            if not (has_only_rules and _group_name(description) in emr_groups):
                drifts.append(drift)
    return drifts


def _wait(cloudformation: Any, stack: str, detection: str, pause: Callable[[float], None]) -> None:
    for _ in range(_MOST_POLLS):
        detection_status = cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        if detection_status["DetectionStatus"] == "DETECTION_COMPLETE":
            return
        if detection_status["DetectionStatus"] == "DETECTION_FAILED":
            reason = detection_status.get("DetectionStatusReason", "no reason given")
            raise PlatformError(f"drift detection of {stack} failed: {reason}")
        pause(_POLL_SECONDS)
    raise PlatformError(f"drift detection of {stack} exceeded {_POLL_SECONDS * _MOST_POLLS} s; run it again later")


def _drifted(cloudformation: Any, stack: str) -> Iterator[dict[str, Any]]:
    request = {"StackName": stack, "StackResourceDriftStatusFilters": ["MODIFIED", "DELETED"]}
    while True:
        page = cloudformation.describe_stack_resource_drifts(**request)
        yield from page["StackResourceDrifts"]
        if "NextToken" not in page:
            return
        request["NextToken"] = page["NextToken"]


def _group_name(description: dict[str, Any]) -> str | None:
    if description["ResourceType"] != "AWS::EC2::SecurityGroup":
        return None
    name: str | None = json.loads(description.get("ExpectedProperties", "{}")).get("GroupName")
    return name


def _drift(stack: str, description: dict[str, Any]) -> Drift:
    return Drift(
        stack=stack,
        logical_id=description["LogicalResourceId"],
        type=description["ResourceType"],
        status=description["StackResourceDriftStatus"],
        properties=sorted(each["PropertyPath"] for each in description.get("PropertyDifferences", [])),
    )

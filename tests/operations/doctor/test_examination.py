from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pytest

from checks.assembly import Assembly
from operations.doctor.examination import examine
from operations.doctor.obstacle import STACKS, STAGES, Obstacle, in_order
from operations.doctor.report import report_lines
from stacks.platform import Platform
from tests.operations.doctor.accounts import CONFIG, EMULATING, FRESH, LAPTOP, PREPARED, UNTOUCHED, subject
from tests.operations.doctor.stub import error

#: The caller may not ask whether the region is enabled.
UNASKED = {"account.GetRegionOptStatus": error("AccessDeniedException")}


def examined(assembly: Assembly, answers: Mapping[str, Any], program: Any = EMULATING) -> list[Obstacle]:
    return examine(subject(assembly, answers, program))


def text(obstacles: list[Obstacle]) -> str:
    return "\n".join(report_lines(CONFIG, obstacles))


def test_a_prepared_account_is_silent(assembly: Assembly) -> None:
    assert text(examined(assembly, PREPARED)) == ""


def test_a_fresh_account_is_told_every_obstacle_in_the_order_of_a_deployment(assembly: Assembly) -> None:
    found = examined(assembly, FRESH, LAPTOP)
    stages = [STAGES.index(obstacle.stage) for obstacle in found]
    assert stages == sorted(stages)
    printed = text(found)
    for expected in (
        "Docker cannot build for linux/arm64",
        "tonistiigi/binfmt --install arm64",
        "zone use1-az2 has no endpoint of com.amazonaws.us-east-1.sagemaker.api",
        "export PLATFORM_DEV_ZONES=use1-az1,use1-az4",
        "resources of stack mlops-dev-data exist without it, 2 in all",
        "OPTIONS=--import-existing-resources",
        "stack mlops-dev-tracking is in ROLLBACK_COMPLETE",
        ".venv/main/bin/python -m cli clear-failed dev",
        "aws cloudformation delete-stack --stack-name mlops-dev-tracking",
        "aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com",
        "is PENDING_VALIDATION",
        "is encrypted with the customer key",
        "cdk bootstrap dev --bootstrap-customer-key=false",
        "the account has the cost monitor Default-Services-Monitor",
        "aws iam create-service-linked-role --aws-service-name spot.amazonaws.com",
        "aws iam create-service-linked-role --aws-service-name elasticmapreduce.amazonaws.com",
        "--quota-code L-1216C47A --desired-value",
        "--quota-code L-34B43A08 --desired-value",
        "--quota-code L-4CEE6BA6 --desired-value",
        "--quota-code L-236AE59F --desired-value",
        "mlops@corp.com has not confirmed its subscription",
    ):
        assert expected in printed
    assert "use1-az3" not in printed


def test_an_untouched_account_is_told_to_bootstrap_and_to_enable_cost_explorer(assembly: Assembly) -> None:
    found = examined(assembly, UNTOUCHED)
    assert found[0].what.startswith("account 123456789012 is not bootstrapped in us-east-1")
    assert found[0].remedy == [".venv/main/bin/python -m cli cdk bootstrap dev"]
    assert [obstacle.what for obstacle in found if obstacle.stage == "costs"] == [
        "Cost Explorer was never enabled in this account"
    ]


def test_every_obstacle_says_why_and_what_to_do(assembly: Assembly) -> None:
    for obstacle in [*examined(assembly, FRESH, LAPTOP), *examined(assembly, UNTOUCHED, LAPTOP)]:
        assert obstacle.what
        assert obstacle.why
        assert all(obstacle.remedy)


def test_credentials_of_another_account_end_the_examination(assembly: Assembly) -> None:
    (only,) = examined(assembly, {**UNASKED, "sts.GetCallerIdentity": {"Account": "999999999999"}})
    assert only.what == "the credentials are of account 999999999999, and the settings of account 123456789012"
    assert only.remedy[0].startswith("export PLATFORM_DEV_ACCOUNT=999999999999")


def test_a_region_that_the_account_has_not_enabled_ends_the_examination(assembly: Assembly) -> None:
    (only,) = examined(assembly, {"account.GetRegionOptStatus": {"RegionOptStatus": "DISABLED"}})
    assert only.what == "region us-east-1 is DISABLED in the account"
    assert only.remedy[0] == "aws account enable-region --region-name us-east-1"


def test_a_shell_without_credentials_is_told_so(assembly: Assembly) -> None:
    (only,) = examined(assembly, {**UNASKED, "sts.GetCallerIdentity": error("InvalidClientTokenId")})
    assert "InvalidClientTokenId" in only.what


def test_a_call_that_the_account_refuses_hides_no_other_obstacle(assembly: Assembly) -> None:
    found = examined(assembly, {**FRESH, "iam.ListRoles": error("AccessDenied")})
    assert found[0].what == "service role cannot be examined: ListRoles ends with AccessDenied"
    assert any("PENDING_VALIDATION" in obstacle.what for obstacle in found)


def test_the_stages_are_the_stacks_in_their_order() -> None:
    assert tuple(field.name for field in fields(Platform)) == STACKS


def test_stacks_of_pipelines_come_after_compute() -> None:
    stages = ("orchestration", "pipeline-b", "compute", "pipeline-a")
    found = in_order([Obstacle(stage=stage, what="", why="", remedy=[]) for stage in stages])
    assert [each.stage for each in found] == ["compute", "pipeline-a", "pipeline-b", "orchestration"]


def test_a_stage_that_no_deployment_has_is_refused() -> None:
    with pytest.raises(ValueError, match="stage of an obstacle: received 'moon'"):
        Obstacle(stage="moon", what="", why="", remedy=[])

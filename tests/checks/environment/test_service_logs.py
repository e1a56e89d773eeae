from typing import Any

import pytest

from checks.assembly import Assembly
from checks.environment.service_logs import service_log_findings
from infra.config.platform_config import PlatformConfig
from infra.environments import DEV, STAGING

PREFIX = "arn:aws:logs:us-east-1:222222222222:log-group:"


def found(config: PlatformConfig, arn: str, *groups: str) -> list[str]:
    statement = {"Effect": "Allow", "Action": ["logs:CreateLogGroup", "logs:PutLogEvents"], "Resource": [arn]}
    policy: dict[str, Any] = {"PolicyDocument": {"Statement": [statement]}}
    resources: dict[str, Any] = {"P": {"Type": "AWS::IAM::ManagedPolicy", "Properties": policy}}
    for group in groups:
        resources[group] = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": group}}
    assembly = Assembly(config=config, templates={"any": {"Resources": resources}}, images={})
    return [finding.what.split(" ")[0] for finding in service_log_findings(assembly)]


@pytest.mark.parametrize("suffix", ["", "*", ":*"])
def test_a_group_that_a_service_may_create_is_created_by_a_stack(suffix: str) -> None:
    arn = f"{PREFIX}/aws/sagemaker/TrainingJobs{suffix}"
    assert found(STAGING, arn) == ["/aws/sagemaker/TrainingJobs"]
    assert found(STAGING, arn, "/aws/sagemaker/TrainingJobs") == []


def test_an_environment_that_shares_its_account_creates_none() -> None:
    assert found(DEV, f"{PREFIX}/aws/sagemaker/TrainingJobs*") == []


def test_groups_whose_names_services_derive_are_left_out() -> None:
    assert found(STAGING, f"{PREFIX}/aws-glue/jobs/*") == []

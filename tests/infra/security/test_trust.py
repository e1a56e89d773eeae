import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from infra.config.validation import ConfigError
from infra.environments import DEV
from infra.names import PlatformNames
from infra.security.trust import WITHOUT_SOURCE, trusted

NAMES = PlatformNames.of(DEV)


def conditions_of(service: str) -> object:
    principal = trusted(service, NAMES)
    role = iam.Role(cdk.Stack(), "Role", assumed_by=principal)
    document = cdk.Stack.of(role).resolve(role.assume_role_policy)
    return document["Statement"][0].get("Condition")


@pytest.mark.parametrize(
    ("service", "source"),
    [
        ("airflow-env.amazonaws.com", "arn:aws:airflow:us-east-1:111111111111:environment/mlops-dev"),
        ("elasticmapreduce.amazonaws.com", "arn:aws:elasticmapreduce:us-east-1:111111111111:*"),
        ("emr-serverless.amazonaws.com", "arn:aws:emr-serverless:us-east-1:111111111111:/applications/*"),
        ("vpc-flow-logs.amazonaws.com", "arn:aws:ec2:us-east-1:111111111111:vpc-flow-log/*"),
    ],
)
def test_a_service_is_trusted_for_resources_of_this_account_only(service: str, source: str) -> None:
    assert conditions_of(service) == {
        "StringEquals": {"aws:SourceAccount": "111111111111"},
        "ArnLike": {"aws:SourceArn": source},
    }


@pytest.mark.parametrize(
    ("service", "source"),
    [
        ("glue.amazonaws.com", "arn:aws:glue:us-east-1:111111111111:*"),
        ("sagemaker.amazonaws.com", "arn:aws:sagemaker:us-east-1:111111111111:*"),
    ],
)
def test_a_request_without_a_source_is_trusted_where_the_service_may_send_none(service: str, source: str) -> None:
    assert conditions_of(service) == {
        "StringEqualsIfExists": {"aws:SourceAccount": "111111111111"},
        "ArnLikeIfExists": {"aws:SourceArn": source},
    }


@pytest.mark.parametrize("service", WITHOUT_SOURCE)
def test_a_service_that_names_no_source_has_no_condition_that_would_never_hold(service: str) -> None:
    assert conditions_of(service) is None


def test_a_service_nobody_looked_up_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"service that assumes a role: received 'athena.amazonaws.com'; .* add what"):
        trusted("athena.amazonaws.com", NAMES)

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from infra.config.endpoints import ENDPOINTS, Endpoint
from infra.environments import DEV
from infra.names import PlatformNames
from infra.network.endpoint_policies import Perimeter, Policy, interface_policy, s3_policy
from jobs.contracts.tables import Zone

NAMES = PlatformNames.of(DEV)
HERE = Perimeter.of(DEV)
REGISTRY = "444444444444"
SHARED = Perimeter.of(replace(DEV, registry=replace(DEV.registry, account=REGISTRY)))

#: Buckets of AWS that are named instead of principals, with the one thing that may be done there.
OF_AWS = {
    "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*": "s3:GetObject",
    "arn:aws:s3:::al2023-repos-us-east-1-de612dc2/*": "s3:GetObject",
    "arn:aws:s3:::repo.us-east-1.emr.amazonaws.com/*": "s3:GetObject",
    "arn:aws:s3:::aws157-logs-prod/*": "s3:PutObject",
}


def conditions(policy: Policy) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for statement in policy["Statement"]:
        yield statement, statement.get("Condition", {}).get("StringEquals", {})


def is_closed(statement: dict[str, Any], accounts: dict[str, Any]) -> bool:
    """Whether a statement is for our principals, or for exact buckets of AWS."""
    if accounts.get("aws:PrincipalAccount") == DEV.account:
        return True
    return all(OF_AWS.get(arn) == action for arn in statement["Resource"] for action in statement["Action"])


@pytest.mark.parametrize(
    "policy", [*(interface_policy(endpoint, HERE) for endpoint in ENDPOINTS), s3_policy(NAMES, HERE)]
)
def test_no_statement_is_open(policy: Policy) -> None:
    assert all(is_closed(statement, accounts) for statement, accounts in conditions(policy))
    assert policy["Statement"][0]["Condition"]["StringEquals"] == {
        "aws:PrincipalAccount": DEV.account,
        "aws:ResourceAccount": [DEV.account],
    }
    assert all(statement["Effect"] == "Allow" and statement["Principal"] == "*" for statement in policy["Statement"])


@pytest.mark.parametrize(
    "statement",
    [
        {"Action": ["s3:*"], "Resource": ["*"]},
        {"Action": ["s3:PutObject"], "Resource": ["arn:aws:s3:::repo.us-east-1.emr.amazonaws.com/*"]},
        {"Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::somebody/*"]},
        {"Action": ["s3:*"], "Resource": ["*"], "Condition": {"StringEquals": {"aws:PrincipalAccount": "9" * 12}}},
    ],
)
def test_an_open_statement_would_be_seen(statement: dict[str, Any]) -> None:
    ((_, accounts),) = conditions({"Statement": [statement]})
    assert not is_closed(statement, accounts)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.service)
def test_an_endpoint_passes_the_actions_of_its_service_only(endpoint: Endpoint) -> None:
    statements = interface_policy(endpoint, HERE)["Statement"]
    assert {action for statement in statements for action in statement["Action"]} == {f"{endpoint.prefix}:*"}
    foreign = [arn for statement in statements[1:] for arn in statement["Resource"]]
    assert foreign == [arn.format(region="us-east-1") for arn in endpoint.aws_owned]


def test_an_opened_endpoint_passes_every_principal_to_its_service_only() -> None:
    opened = replace(HERE, opened=("logs",))
    by_service = {endpoint.service: interface_policy(endpoint, opened)["Statement"] for endpoint in ENDPOINTS}
    (statement,) = by_service["logs"]
    assert (statement["Action"], statement["Resource"]) == (["logs:*"], ["*"])
    assert "Condition" not in statement
    assert all("Condition" in each[0] for service, each in by_service.items() if service != "logs")


def test_only_mwaa_reaches_into_accounts_of_aws() -> None:
    assert {endpoint.service for endpoint in ENDPOINTS if endpoint.aws_owned} == {
        *("airflow.api", "airflow.env", "airflow.ops"),
        "sqs",
    }


def test_s3_passes_the_zones_and_assets_of_this_environment_only() -> None:
    own, *_ = s3_policy(NAMES, HERE)["Statement"]
    buckets = {arn.removeprefix("arn:aws:s3:::").split("/")[0] for arn in own["Resource"]}
    assert buckets == {*map(NAMES.bucket, Zone), NAMES.assets_bucket}
    assert not any("*" in bucket for bucket in buckets)


def test_models_of_a_shared_registry_may_be_read_and_not_written() -> None:
    (shared,) = (item for item in s3_policy(NAMES, SHARED)["Statement"] if item["Sid"] == "ModelsOfTheRegistry")
    assert shared["Action"] == ["s3:GetObject"]
    assert shared["Resource"] == [f"arn:aws:s3:::mlops-prod-artifacts-{REGISTRY}-us-east-1/*"]
    assert shared["Condition"]["StringEquals"] == {
        "aws:PrincipalAccount": DEV.account,
        "aws:ResourceAccount": [REGISTRY],
    }
    for endpoint in ENDPOINTS:
        first = interface_policy(endpoint, SHARED)["Statement"][0]
        assert first["Condition"]["StringEquals"]["aws:ResourceAccount"] == [DEV.account, REGISTRY]


def test_system_logs_of_emr_have_the_region_in_their_bucket_everywhere_but_in_virginia() -> None:
    elsewhere = s3_policy(replace(NAMES, region="eu-central-1"), HERE)["Statement"][-1]["Resource"]
    assert elsewhere == ["arn:aws:s3:::aws157-logs-prod-eu-central-1/*"]


def test_policies_fit_into_an_endpoint() -> None:
    # VPC user guide, endpoint policies: 20,480 characters.
    for policy in (*(interface_policy(endpoint, SHARED) for endpoint in ENDPOINTS), s3_policy(NAMES, SHARED)):
        assert len(str(policy)) < 20_480

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from infra.environments import DEV
from infra.names import PlatformNames
from operations.teardown.account import Account

NAMES = PlatformNames.of(DEV)
#: In the account that moto takes the callers to be of.
ROLE = "arn:aws:iam::123456789012:role/r"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """An empty account of moto's; waiting takes no time there."""
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "emulated")
    with mock_aws():

        def client(service: str) -> Any:
            return boto3.client(service, region_name=NAMES.region)

        yield Account(names=NAMES, client=client, pause=lambda _: None)


def stubbed(service: str, *answers: tuple[str, dict[str, Any], dict[str, Any]]) -> tuple[Account, Stubber]:
    """An account that gives these answers to these requests, for calls that moto does not know."""
    client = boto3.client(service, region_name=NAMES.region, aws_access_key_id="1", aws_secret_access_key="2")  # noqa: S106
    stubber = Stubber(client)
    for operation, answer, request in answers:
        stubber.add_response(operation, answer, request)
    stubber.activate()
    return Account(names=NAMES, client=lambda _: client, pause=lambda _: None), stubber


def stack(account: Account, name: str, resources: dict[str, Any], platform: str) -> None:
    account.client("cloudformation").create_stack(
        StackName=name,
        TemplateBody=json.dumps({"Resources": resources}),
        Tags=[{"Key": "platform", "Value": platform}],
    )

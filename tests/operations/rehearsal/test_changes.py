from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from infra.config.platform_config import PlatformConfig
from infra.environments import DEV
from operations.rehearsal.changes import CHANGED, CHANGES, expect_changes

NAME = "mlops-dev-tracking"


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        yield boto3.Session(aws_access_key_id="1", aws_secret_access_key="2", region_name="us-east-1")  # noqa: S106


def deployed(session: boto3.Session, config: PlatformConfig) -> None:
    """What the services tell of these settings after a deployment."""
    logs, ecs, sns = (session.client(service) for service in ("logs", "ecs", "sns"))
    logs.create_log_group(logGroupName="/mlops-dev/tracking")
    logs.put_retention_policy(logGroupName="/mlops-dev/tracking", retentionInDays=config.retention.log_days)
    ecs.create_cluster(clusterName=NAME)
    definition = ecs.register_task_definition(
        family=NAME, cpu=str(config.tracking.cpu), containerDefinitions=[{"name": "c", "image": "i", "memory": 1}]
    )["taskDefinition"]["taskDefinitionArn"]
    ecs.create_service(cluster=NAME, serviceName=NAME, taskDefinition=definition, desiredCount=1)
    topic = sns.create_topic(Name="mlops-dev-alerts")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=config.budget.email)


def wrong(session: boto3.Session, *, is_updated: bool) -> list[str]:
    found: list[str] = []
    for service in ("logs", "ecs", "sns"):
        endpoint = session.client(service).meta.endpoint_url
        changes = [change for change in CHANGES if _service(change.read.__name__) == service]
        found += expect_changes(session, endpoint, changes, is_updated=is_updated)
    return found


def _service(reader: str) -> str:
    return {"_log_days": "logs", "_server_cpu": "ecs", "_told": "sns"}[reader]


@pytest.mark.parametrize(("config", "is_updated"), [(DEV, False), (CHANGED, True)])
def test_each_revision_is_told_by_the_services(
    config: PlatformConfig, is_updated: bool, session: boto3.Session
) -> None:
    deployed(session, config)
    assert wrong(session, is_updated=is_updated) == []


@pytest.mark.parametrize(("config", "is_updated"), [(DEV, True), (CHANGED, False)])
def test_an_update_that_reached_no_resource_is_noticed_for_each_setting(
    config: PlatformConfig, is_updated: bool, session: boto3.Session
) -> None:
    deployed(session, config)
    found = wrong(session, is_updated=is_updated)
    assert [each.split(":")[0] for each in found] == [change.what for change in CHANGES]

"""The function that ends idle clusters, against moto's EMR."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aws_cdk as cdk
import boto3
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template
from botocore.exceptions import ClientError
from moto import mock_aws

from infra.environments import DEV
from infra.names import PlatformNames
from infra.security.keys import DataClass
from infra.spark.function import handler
from infra.spark.idle_clusters import IdleClusters

TAGS = {"platform": "mlops-dev", "transient": "true"}
IDLE = timedelta(minutes=20)


@pytest.fixture
def emr(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield boto3.client("emr")


def cluster(emr: Any, tags: dict[str, str], steps: int = 0) -> str:
    step = {"Name": "step", "HadoopJarStep": {"Jar": "command-runner.jar"}}
    identifier: str = emr.run_job_flow(
        Name="mlops-dev-spark",
        ReleaseLabel="emr-7.14.0",
        Instances={"KeepJobFlowAliveWhenNoSteps": True, "InstanceCount": 1, "MasterInstanceType": "m7g.xlarge"},
        JobFlowRole="instance",
        ServiceRole="service",
        Steps=[step] * steps,
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
    )["JobFlowId"]
    return identifier


def state(emr: Any, cluster_id: str) -> str:
    name: str = emr.describe_cluster(ClusterId=cluster_id)["Cluster"]["Status"]["State"]
    return name


def later(minutes: float) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=minutes)


def test_only_the_environment_s_transient_clusters_end_and_only_after_the_limit(emr: Any) -> None:
    ours = cluster(emr, TAGS | {"pipeline": "any"})
    others = [
        cluster(emr, TAGS | {"platform": "mlops-prod"}),
        cluster(emr, TAGS | {"transient": "false"}),
        cluster(emr, {"platform": "mlops-dev"}),
        cluster(emr, {}),
    ]
    assert handler.end_idle_clusters(emr, TAGS, IDLE, later(19)) == []
    assert handler.end_idle_clusters(emr, TAGS, IDLE, later(21)) == [ours]
    assert state(emr, ours) == "TERMINATED"
    assert {state(emr, each) for each in others} == {"WAITING"}
    assert handler.end_idle_clusters(emr, TAGS, IDLE, later(42)) == []


def test_every_page_of_clusters_is_read(emr: Any) -> None:
    ours = {cluster(emr, TAGS) for _ in range(60)}
    assert len(emr.list_clusters()["Clusters"]) < len(ours)
    assert set(handler.end_idle_clusters(emr, TAGS, IDLE, later(21))) == ours


class Steps:
    """An EMR client whose clusters wait and have these steps, in pages of one."""

    def __init__(self, emr: Any, *statuses: dict[str, Any]) -> None:
        self._emr, self._statuses = emr, statuses

    def __getattr__(self, name: str) -> Any:
        return getattr(self._emr, name)

    def get_paginator(self, name: str) -> Any:
        return self if name == "list_steps" else self._emr.get_paginator(name)

    def paginate(self, **_: str) -> list[dict[str, Any]]:
        return [{"Steps": [{"Status": status}]} for status in self._statuses]


@pytest.mark.parametrize("active", ["PENDING", "RUNNING", "CANCEL_PENDING"])
def test_a_cluster_with_a_step_on_any_page_is_not_idle(emr: Any, active: str) -> None:
    cluster(emr, TAGS)
    done = {"State": "COMPLETED", "Timeline": {"EndDateTime": later(0)}}
    client = Steps(emr, done, {"State": active, "Timeline": {}})
    assert handler.end_idle_clusters(client, TAGS, IDLE, later(600)) == []


def test_idle_time_counts_from_the_end_of_the_last_step(emr: Any) -> None:
    ours = cluster(emr, TAGS)
    ends = [{"State": "COMPLETED", "Timeline": {"EndDateTime": later(minutes)}} for minutes in (60, 30)]
    cancelled = {"State": "CANCELLED", "Timeline": {}}
    assert handler.end_idle_clusters(Steps(emr, *ends, cancelled), TAGS, IDLE, later(79)) == []
    assert handler.end_idle_clusters(Steps(emr, *ends, cancelled), TAGS, IDLE, later(81)) == [ours]


def test_a_failing_call_is_reported_after_the_other_clusters_have_ended(emr: Any) -> None:
    clusters = [cluster(emr, TAGS) for _ in range(3)]
    terminate = emr.terminate_job_flows

    def denied_once(**request: Any) -> None:
        if request["JobFlowIds"] == [clusters[1]]:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "TerminateJobFlows")
        terminate(**request)

    emr.terminate_job_flows = denied_once
    with pytest.raises(handler.IdleClusterError, match=rf"1 clusters may .*{clusters[1]}: .*AccessDenied"):
        handler.end_idle_clusters(emr, TAGS, IDLE, later(21))
    assert [state(emr, each) for each in clusters] == ["TERMINATED", "WAITING", "TERMINATED"]


def test_the_function_reads_its_limit_and_tags(emr: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    idle, busy = cluster(emr, TAGS), cluster(emr, {"platform": "mlops-prod"})
    monkeypatch.setenv("IDLE_MINUTES", "0")
    monkeypatch.setenv("TAGS", '{"platform": "mlops-dev", "transient": "true"}')
    assert handler.handle({}, None) == [idle]
    assert state(emr, busy) == "WAITING"


def test_the_role_may_terminate_clusters_with_the_tags_only() -> None:
    stack, names = cdk.Stack(), PlatformNames.of(DEV)
    arn = "arn:aws:kms:us-east-1:111111111111:key/1"
    keys = {each: kms.Key.from_key_arn(stack, each, arn) for each in (DataClass.ALERTS, DataClass.LOGS)}
    IdleClusters(stack, "Idle", names=names, idle_minutes=20, log_days=30, keys=keys)
    template = Template.from_stack(stack)
    statement = {
        "Action": "elasticmapreduce:TerminateJobFlows",
        "Effect": "Allow",
        "Resource": "arn:aws:elasticmapreduce:us-east-1:111111111111:cluster/*",
        "Condition": {"StringEquals": {f"aws:ResourceTag/{key}": value for key, value in TAGS.items()}},
    }
    document = {"PolicyDocument": {"Statement": Match.array_with([statement])}}
    template.has_resource_properties("AWS::IAM::ManagedPolicy", document)
    template.has_resource_properties("AWS::Events::Rule", {"ScheduleExpression": "rate(5 minutes)"})

"""Alarms on metrics that exist, and created after what emits them."""

import json
from dataclasses import replace
from typing import Any

import pytest

from checks.assembly import Assembly
from checks.environment.alarms import airflow_metrics, alarm_findings
from infra.config.service_config import AIRFLOW_VERSIONS
from infra.environments import PROD

DIMENSIONS = [{"Name": "Environment", "Value": "mlops-prod"}, {"Name": "Function", "Value": "Scheduler"}]
HEARTBEAT = {
    "Namespace": "AmazonMWAA",
    "MetricName": "SchedulerHeartbeat",
    "Dimensions": DIMENSIONS,
    "TreatMissingData": "breaching",
}
FILTER = {"LogGroupName": "airflow-Scheduler"}
QUERY = 'SELECT COUNT(%s) FROM SCHEMA("AmazonMWAA", DAG, Environment)'


def _resource(kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def rules(
    shown: dict[str, Any],
    kind: str = "CloudWatch::Alarm",
    *,
    before: tuple[str, ...] = ("orchestration",),
    version: str = "3.2.1",
) -> list[str]:
    """The rules that a resource of the observability stack violates."""
    orchestration = {
        "Airflow": _resource("MWAA::Environment", {}),
        "Logs": _resource("Logs::LogGroup", {"LogGroupName": "airflow-Scheduler"}),
    }
    templates = {
        "orchestration": {"Resources": orchestration},
        "observability": {"Resources": {"It": _resource(kind, shown)}},
    }
    config = replace(PROD, airflow=replace(PROD.airflow, version=version))
    dependencies = {"observability": frozenset(before)}
    assembly = Assembly(config=config, templates=templates, images={}, dependencies=dependencies)
    return [finding.rule for finding in alarm_findings(assembly)]


def test_an_alarm_after_its_emitter_and_a_filter_after_its_log_group_have_no_findings() -> None:
    assert rules(HEARTBEAT) == []
    assert rules(FILTER, "Logs::MetricFilter") == []
    assert rules({"Metrics": [{"Expression": QUERY % "DAGDurationFailed"}]}) == []


def test_an_alarm_on_silence_needs_its_emitter_first() -> None:
    assert rules(HEARTBEAT, before=()) == ["SilentMetric"]
    assert rules({**HEARTBEAT, "TreatMissingData": "notBreaching"}, before=()) == []
    assert rules({**HEARTBEAT, "Namespace": "AWS/Unknown"}) == ["SilentMetric"]
    assert rules({**HEARTBEAT, "Namespace": "AWS/RDS"}) == ["SilentMetric"]


def test_a_metric_filter_needs_its_log_group_first() -> None:
    assert rules(FILTER, "Logs::MetricFilter", before=()) == ["CountedLogGroup"]
    assert rules({"LogGroupName": "airflow-scheduler"}, "Logs::MetricFilter") == ["CountedLogGroup"]


GRAPH = {"widgets": [{"properties": {"metrics": [["AmazonMWAA", "ZombiesKilled", "DAG", "All"]]}}]}
SEARCH = "SEARCH('{\"AmazonMWAA\", DAG} MetricName=\"ZombiesKilled\"', 'Sum', 300)"


@pytest.mark.parametrize(
    "properties",
    [
        {"Namespace": "AmazonMWAA", "MetricName": "ZombiesKilled"},
        {"Metrics": [{"MetricStat": {"Metric": {"Namespace": "AmazonMWAA", "MetricName": "ZombiesKilled"}}}]},
        {"Metrics": [{"Expression": QUERY % "ZombiesKilled"}]},
        {"Metrics": [{"Expression": SEARCH}]},
        {"DashboardBody": {"Fn::Join": ["", [json.dumps(GRAPH)[:40], {"Ref": "Region"}, json.dumps(GRAPH)]]}},
    ],
)
def test_a_metric_that_airflow_does_not_emit_is_found_wherever_it_is_written(properties: dict[str, Any]) -> None:
    assert rules(properties) == ["AirflowMetric"]


def graph(*words: str) -> dict[str, Any]:
    return {"DashboardBody": json.dumps({"widgets": [{"metrics": [["AmazonMWAA", *words, {"period": 300}]]}]})}


@pytest.mark.parametrize(
    "properties",
    [
        {**HEARTBEAT, "Dimensions": DIMENSIONS[:1]},
        {**HEARTBEAT, "Dimensions": [DIMENSIONS[0], {"Name": "Function", "Value": "Executor"}]},
        {"Metrics": [{"Expression": 'SELECT COUNT(DAGDurationFailed) FROM SCHEMA("AmazonMWAA", DAG, Task)'}]},
        graph("SchedulerHeartbeat", "Function", "Scheduler"),
    ],
)
def test_dimensions_that_mwaa_does_not_publish_are_found(properties: dict[str, Any]) -> None:
    assert rules(properties) == ["AirflowDimensions"]


def test_a_graph_with_the_published_dimensions_has_no_finding() -> None:
    assert rules(graph("SchedulerHeartbeat", "Environment", "mlops-prod", "Function", "Scheduler")) == []


def test_a_metric_may_exist_in_one_version_only() -> None:
    dimensions = [{"Name": name, "Value": "All"} for name in ("DAG", "Task")]
    failures = {
        "Namespace": "AmazonMWAA",
        "MetricName": "TaskInstanceFailures",
        "Dimensions": [DIMENSIONS[0], *dimensions],
    }
    assert rules(failures, version="3.0.6") == ["AirflowMetric"]
    assert rules(failures, version="3.3.1") == []


def test_the_versions_of_the_table_are_those_that_are_allowed() -> None:
    for row in airflow_metrics().values():
        assert set(row["versions"]) <= set(AIRFLOW_VERSIONS)

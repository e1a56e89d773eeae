"""Properties of every alarm, at the smallest and largest settings."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.config.alert_config import QUERY_HOURS, AlertConfig
from infra.config.platform_config import PlatformConfig
from infra.environments import DEV, PROD, STAGING
from infra.names import PlatformNames
from infra.observability.operation_alarms import operation_section
from infra.observability.section import MetricAlarm, Section
from infra.orchestration.alarms import airflow_section
from infra.spark.alarms import spark_section
from infra.tracking.alarms import tracking_section
from infra.tracking.database_alarms import database_section
from infra.training.alarms import models_section

LEAST = AlertConfig(
    queued_minutes=5, saturation_percent=50, tracking_seconds=1, free_storage_percent=1, connections_percent=10,
    cluster_hours=1, scanned_gb_an_hour=1,
)  # fmt: skip
MOST = AlertConfig(
    queued_minutes=180, saturation_percent=99, tracking_seconds=60, free_storage_percent=50, connections_percent=99,
    cluster_hours=3, scanned_gb_an_hour=1_000_000,
)  # fmt: skip
LONG_IDLE = replace(STAGING.spark, idle_minutes=10080)
CONFIGS = {
    "dev": DEV,
    "prod": PROD,
    "least": replace(DEV, alerts=LEAST, spark=replace(DEV.spark, idle_minutes=1)),
    "most": replace(STAGING, alerts=MOST, spark=LONG_IDLE, serverless=replace(DEV.serverless, idle_minutes=10080)),
}


def sections(config: PlatformConfig) -> Sequence[Section]:
    names, alerts = PlatformNames.of(config), config.alerts
    return (
        airflow_section(names, alerts),
        tracking_section(names, alerts, balancer="app/one/1", targets="targetgroup/one/1"),
        database_section(names, alerts, config.tracking),
        spark_section(names, alerts, cluster=config.spark, serverless=config.serverless),
        models_section(names),
        operation_section(names, alerts, topic="alerts"),
    )


def alarms(config: PlatformConfig) -> Sequence[MetricAlarm]:
    return [alarm for section in sections(config) for alarm in section.alarms]


def period(metric: cloudwatch.IMetric) -> int:
    assert isinstance(metric, cloudwatch.Metric | cloudwatch.MathExpression)
    return int(metric.period.to_seconds())


@pytest.mark.parametrize("name", CONFIGS)
def test_headings_are_unique(name: str) -> None:
    headings = [alarm.heading for alarm in alarms(CONFIGS[name])]
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize("name", CONFIGS)
def test_windows_are_those_that_cloudwatch_looks_back(name: str) -> None:
    for alarm in alarms(CONFIGS[name]):
        is_query = getattr(alarm.metric, "expression", "").startswith("SELECT")
        most = QUERY_HOURS * 3600 if is_query else 86_400
        assert 60 <= period(alarm.metric) * alarm.periods <= most, alarm.heading
        assert alarm.periods >= 1


@pytest.mark.parametrize("name", CONFIGS)
def test_thresholds_can_be_crossed(name: str) -> None:
    for alarm in alarms(CONFIGS[name]):
        assert alarm.threshold > 0, alarm.heading
        if "%" in alarm.description and alarm.heading.endswith(("-full", "-busy", "-cpu-high")):
            assert alarm.threshold < 100


@pytest.mark.parametrize("name", CONFIGS)
def test_limits_of_graphs_are_alarms_of_their_section(name: str) -> None:
    for section in sections(CONFIGS[name]):
        for graph in section.graphs:
            assert [section.alarm(heading).heading for heading in graph.limits] == list(graph.limits)


def test_a_metric_is_named_by_its_resource_or_asked_for_by_a_query() -> None:
    """No identifier that AWS chooses, but for MLflow's balancer, which publishes its own."""
    for alarm in alarms(DEV):
        dimensions = getattr(alarm.metric, "dimensions", None) or {}
        assert not set(dimensions) & {"JobFlowId", "ApplicationId", "EndpointName", "QueueName", "FunctionName"}

from dataclasses import replace

import pytest
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.config.alert_config import AlertConfig
from infra.environments import DEV, PROD
from infra.names import PlatformNames
from infra.observability.section import Section
from infra.spark.alarms import spark_section

NAMES = PlatformNames.of(DEV)


def section(idle_minutes: int = 20) -> Section:
    cluster = replace(DEV.spark, idle_minutes=idle_minutes)
    return spark_section(NAMES, AlertConfig(), cluster=cluster, serverless=DEV.serverless)


def headings(of: Section) -> set[str]:
    return {alarm.heading for alarm in of.alarms}


def test_a_long_running_cluster_may_be_idle_and_old() -> None:
    persistent = spark_section(NAMES, AlertConfig(), cluster=PROD.spark, serverless=PROD.serverless)
    assert headings(section()) - headings(persistent) == {"spark-cluster-idle", "spark-cluster-old"}


@pytest.mark.parametrize(("idle_minutes", "minutes"), [(5, 30), (20, 35), (60, 75), (600, 180)])
def test_a_cluster_is_idle_too_long_after_its_own_limit(idle_minutes: int, minutes: int) -> None:
    idle = section(idle_minutes).alarm("spark-cluster-idle")
    assert idle.periods * 5 == minutes
    assert f"idle for {minutes} minutes" in idle.description


def test_serverless_alarms_exist_only_where_a_job_runs_there() -> None:
    without = spark_section(NAMES, AlertConfig(), cluster=DEV.spark, serverless=None)
    assert headings(section()) - headings(without) == {"serverless-jobs-waiting", "serverless-idle"}
    assert {graph.title for graph in section().graphs} - {graph.title for graph in without.graphs} == {
        "Serverless jobs by state",
        "Serverless workers: running, idle",
        "Serverless vCPU",
    }


def test_serverless_alarms_find_the_application_by_its_own_name() -> None:
    class RenamedApplication(PlatformNames):
        spark_application = "renamed"

    names = RenamedApplication.of(DEV)
    waiting = spark_section(names, AlertConfig(), cluster=DEV.spark, serverless=DEV.serverless)
    metric = waiting.alarm("serverless-jobs-waiting").metric
    assert isinstance(metric, cloudwatch.MathExpression)
    assert metric.expression.endswith("WHERE ApplicationName = 'renamed'")

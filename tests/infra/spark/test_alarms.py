from dataclasses import replace

import pytest

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
    return {symptom.heading for symptom in of.symptoms}


def test_a_standing_cluster_may_be_idle_and_old() -> None:
    standing = spark_section(NAMES, AlertConfig(), cluster=PROD.spark, serverless=PROD.serverless)
    assert headings(section()) - headings(standing) == {"spark-cluster-idle", "spark-cluster-old"}


@pytest.mark.parametrize(("idle_minutes", "minutes"), [(5, 30), (20, 35), (60, 75), (600, 180)])
def test_a_cluster_is_idle_too_long_after_its_own_limit(idle_minutes: int, minutes: int) -> None:
    idle = section(idle_minutes).symptom("spark-cluster-idle")
    assert idle.periods * 5 == minutes
    assert f"idle for {minutes} minutes" in idle.what

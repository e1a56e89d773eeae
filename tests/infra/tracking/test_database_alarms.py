from dataclasses import replace

import pytest

from infra.config.alert_config import AlertConfig
from infra.environments import DEV, PROD
from infra.names import PlatformNames
from infra.tracking.database_alarms import database_section, maximum_connections, memory_gib


@pytest.mark.parametrize(
    ("database_class", "gib"),
    [("t4g.micro", 1), ("t4g.small", 2), ("m7g.large", 8), ("r7g.large", 16), ("m7g.xlarge", 16), ("r8g.4xlarge", 128)],
)
def test_memory_follows_family_and_size(database_class: str, gib: float) -> None:
    assert memory_gib(database_class) == gib


def test_connections_follow_memory_up_to_what_rds_allows() -> None:
    assert [maximum_connections(name) for name in ("t4g.small", "m7g.large", "r8g.16xlarge")] == [225, 901, 5000]


def test_thresholds_follow_the_class_and_the_storage() -> None:
    alerts = AlertConfig(free_storage_percent=20, connections_percent=50)
    tracking = replace(PROD.tracking, database_gb=100, database_class="m7g.large")
    section = database_section(PlatformNames.of(DEV), alerts, tracking)
    assert section.alarm("database-storage-low").below == 20 * 1024**3
    assert section.alarm("database-memory-low").below == 8 * 1024**3 / 10
    assert section.alarm("database-connections-high").at_least == 450

from typing import Any

import pytest

from infra.config.alert_config import AlertConfig
from infra.config.validation import ConfigError


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("queued_minutes", 4, "alerts.queued_minutes: received 4; allowed is 5 to 180"),
        ("saturation_percent", 100, "alerts.saturation_percent: received 100; allowed is 50 to 99"),
        ("cluster_hours", 4, "alerts.cluster_hours: received 4; allowed is 1 to 3"),
        ("anomaly_monitor", "mine", "alerts.anomaly_monitor: received 'mine'; allowed is a value like arn:aws:ce::"),
    ],
)
def test_what_an_alarm_cannot_watch_is_refused(setting: str, value: Any, message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        AlertConfig(**{setting: value})
    assert str(refused.value).startswith(message)


def test_a_monitor_that_exists_is_named_by_its_arn() -> None:
    arn = "arn:aws:ce::111111111111:anomalymonitor/00000000-0000-0000-0000-000000000000"
    assert AlertConfig(anomaly_monitor=arn).watches_anomalies
    with pytest.raises(ConfigError, match=r"create_anomaly_monitor: received True; allowed is False where"):
        AlertConfig(anomaly_monitor=arn, create_anomaly_monitor=True)


def test_cost_anomalies_are_mailed_only_where_a_monitor_is_named_or_created() -> None:
    assert not AlertConfig().watches_anomalies
    assert AlertConfig(create_anomaly_monitor=True).watches_anomalies

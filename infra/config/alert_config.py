"""Alarm thresholds."""

from dataclasses import dataclass

from infra.config.validation import require, require_between, require_match

#: The longest evaluation window of an alarm on a Metrics Insights query
#: (CloudWatch user guide, "Limits that apply to alarms based on Metrics Insights queries", read 2026-11-24).
QUERY_HOURS = 3

_MONITOR = r"arn:aws:ce::\d{12}:anomalymonitor/[0-9a-f-]{36}"


@dataclass(frozen=True, kw_only=True)
class AlertConfig:
    """Thresholds of alarms; percentages refer to the capacity of the resource.

    Cost anomalies are mailed if `anomaly_monitor` is the ARN of the account's monitor of services, or if
    `create_anomaly_monitor` creates it. An account can have only one, and AWS creates it itself when somebody opens
    Cost Explorer, so `make doctor` looks it up. Raises ConfigError for values that CloudWatch cannot evaluate.
    """

    queued_minutes: int = 30
    saturation_percent: int = 90
    tracking_seconds: int = 5
    free_storage_percent: int = 10
    connections_percent: int = 80
    cluster_hours: int = QUERY_HOURS
    scanned_gb_an_hour: int = 1024
    anomaly_usd: int = 100
    anomaly_monitor: str | None = None
    create_anomaly_monitor: bool = False

    def __post_init__(self) -> None:
        for setting, least, most in (
            ("queued_minutes", 5, 60 * QUERY_HOURS),
            ("saturation_percent", 50, 99),
            ("tracking_seconds", 1, 60),
            ("free_storage_percent", 1, 50),
            ("connections_percent", 10, 99),
            ("cluster_hours", 1, QUERY_HOURS),
            ("scanned_gb_an_hour", 1, 1_000_000),
            ("anomaly_usd", 1, 1_000_000),
        ):
            require_between(f"alerts.{setting}", getattr(self, setting), least, most)
        if self.anomaly_monitor is not None:
            example = "arn:aws:ce::111111111111:anomalymonitor/00000000-0000-0000-0000-000000000000"
            require_match("alerts.anomaly_monitor", self.anomaly_monitor, _MONITOR, example)
            allowed = "False where alerts.anomaly_monitor is set: an account can have only one monitor of services"
            is_single = not self.create_anomaly_monitor
            require(is_single, "alerts.create_anomaly_monitor", self.create_anomaly_monitor, allowed)

    @property
    def watches_anomalies(self) -> bool:
        """Whether cost anomalies are mailed."""
        return self.create_anomaly_monitor or self.anomaly_monitor is not None

"""Settings of what wakes somebody: the values at which a number becomes an operator's business."""

from dataclasses import dataclass

from infra.config.validation import require_between, require_match

#: An alarm on a query over all resources looks back three hours at most
#: (CloudWatch user guide, "Limits that apply to alarms based on Metrics Insights queries", read 2026-11-24).
QUERY_HOURS = 3

_MONITOR = r"arn:aws:ce::\d{12}:anomalymonitor/[0-9a-f-]{36}"


@dataclass(frozen=True, kw_only=True)
class AlertConfig:
    """Thresholds of alarms; percentages are of what the part has.

    `idle_endpoint_hours` is None where an endpoint may stand without calls for a night. `anomaly_monitor` is the ARN of
    the account's cost monitor where one exists already: an account can have no second one.
    """

    queued_minutes: int = 30
    saturation_percent: int = 90
    tracking_seconds: int = 5
    free_storage_percent: int = 10
    connections_percent: int = 80
    cluster_hours: int = QUERY_HOURS
    idle_endpoint_hours: int | None = QUERY_HOURS
    endpoint_milliseconds: int = 1000
    drift_percent: int = 20
    scanned_gb_an_hour: int = 1024
    anomaly_usd: int = 100
    anomaly_monitor: str | None = None

    def __post_init__(self) -> None:
        for setting, least, most in (
            ("queued_minutes", 5, 60 * QUERY_HOURS),
            ("saturation_percent", 50, 99),
            ("tracking_seconds", 1, 60),
            ("free_storage_percent", 1, 50),
            ("connections_percent", 10, 99),
            ("cluster_hours", 1, QUERY_HOURS),
            ("endpoint_milliseconds", 1, 60_000),
            ("drift_percent", 1, 1000),
            ("scanned_gb_an_hour", 1, 1_000_000),
            ("anomaly_usd", 1, 1_000_000),
        ):
            require_between(f"alerts.{setting}", getattr(self, setting), least, most)
        if self.idle_endpoint_hours is not None:
            require_between("alerts.idle_endpoint_hours", self.idle_endpoint_hours, 1, QUERY_HOURS)
        if self.anomaly_monitor is not None:
            example = "arn:aws:ce::111111111111:anomalymonitor/00000000-0000-0000-0000-000000000000"
            require_match("alerts.anomaly_monitor", self.anomaly_monitor, _MONITOR, example)

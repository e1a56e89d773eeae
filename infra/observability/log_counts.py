"""Metric filters for events that only logs report."""

from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.names import DatabaseLog, PlatformNames
from infra.tracking.database_alarms import FATAL_ERRORS


class LogCounts(Construct):
    """A metric of fatal errors in the database log: failed logins, exhausted connections, crashes."""

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames) -> None:
        super().__init__(scope, construct_id)
        logs.MetricFilter(
            self,
            "Database",
            log_group=logs.LogGroup.from_log_group_name(
                self, "DatabaseLog", names.database_log_group(DatabaseLog.POSTGRESQL)
            ),
            filter_name=names.resource("database-fatal-errors"),
            filter_pattern=logs.FilterPattern.any_term("FATAL", "PANIC"),
            metric_namespace=names.metric_namespace,
            metric_name=FATAL_ERRORS,
            metric_value="1",
        )

"""Metric filters for events that only logs report."""

from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.names import AirflowLog, DatabaseLog, PlatformNames
from infra.orchestration.alarms import LOST_TASKS, LOST_TASKS_MESSAGE
from infra.tracking.database_alarms import FATAL_ERRORS


class LogCounts(Construct):
    """Metrics of fatal errors in the database log (failed logins, exhausted connections, crashes) and of lost tasks.

    The log groups belong to other stacks, which have to be deployed before.
    """

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames) -> None:
        super().__init__(scope, construct_id)
        self._names = names
        database, scheduler = DatabaseLog.POSTGRESQL, AirflowLog.SCHEDULER
        fatal, lost = logs.FilterPattern.any_term("FATAL", "PANIC"), logs.FilterPattern.all_terms(LOST_TASKS_MESSAGE)
        self._count("Database", names.database_log_group(database), "database-fatal-errors", fatal, FATAL_ERRORS)
        self._count("Scheduler", names.airflow_log_group(scheduler), "airflow-lost-tasks", lost, LOST_TASKS)

    def _count(self, construct_id: str, group: str, name: str, pattern: logs.IFilterPattern, metric: str) -> None:
        logs.MetricFilter(
            self,
            construct_id,
            log_group=logs.LogGroup.from_log_group_name(self, f"{construct_id}Log", group),
            filter_name=self._names.resource(name),
            filter_pattern=pattern,
            metric_namespace=self._names.metric_namespace,
            metric_name=metric,
            metric_value="1",
        )

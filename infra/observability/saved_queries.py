"""Saved CloudWatch Logs Insights queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.names import AirflowLog, DatabaseLog, PlatformNames

_NEWEST = "| sort @timestamp desc | limit 100"
_ERRORS = f"fields @timestamp, @logStream, @message | filter @message like /ERROR|Traceback|Exception/ {_NEWEST}"
_FATAL = f"fields @timestamp, @message | filter @message like /FATAL|PANIC|ERROR/ {_NEWEST}"
_SLOW_STATEMENTS = (
    "fields @timestamp, @message | parse @message /duration: (?<ms>[0-9.]+) ms/ "
    "| filter ispresent(ms) | sort ms desc | limit 50"
)
_REQUESTS_BY_PATH = (
    'fields @message | parse @message /"(?<method>[A-Z]+) (?<path>[^ ?"]+)[^"]*" (?<status>[0-9]{3})/ '
    "| filter ispresent(status) | stats count() as calls by status, path | sort calls desc | limit 50"
)
_BLOCKED = (
    'filter action = "BLOCK" | stats count() as requests by terminatingRuleId, httpRequest.clientIp, '
    "httpRequest.uri | sort requests desc | limit 50"
)


@dataclass(frozen=True, kw_only=True)
class SavedQuery:
    """A saved query; with `groups_exist`, its log groups are preselected.

    Otherwise they belong to stacks that may not exist yet: the first line of the query lists them for the operator.
    """

    name: str
    groups: Sequence[str]
    text: str
    groups_exist: bool


class SavedQueries(Construct):
    """The saved queries, in a folder named after the environment."""

    def __init__(self, scope: Construct, construct_id: str, *, names: PlatformNames) -> None:
        super().__init__(scope, construct_id)
        for query in saved_queries(names):
            logs.CfnQueryDefinition(
                self,
                query.name,
                name=f"{names.prefix}/{query.name}",
                query_string="\n".join((f"# Log groups: {', '.join(query.groups)}", query.text)),
                log_group_names=list(query.groups) if query.groups_exist else None,
            )


def saved_queries(names: PlatformNames) -> Sequence[SavedQuery]:
    """The saved queries of one environment."""
    tracking, database = names.tracking_log_group, names.database_log_group(DatabaseLog.POSTGRESQL)
    return (
        SavedQuery(
            name="airflow-task-errors",
            groups=[names.airflow_log_group(AirflowLog.TASK)],
            text=_ERRORS,
            groups_exist=False,
        ),
        SavedQuery(
            name="airflow-import-errors",
            groups=[names.airflow_log_group(AirflowLog.DAG_PROCESSING), names.airflow_log_group(AirflowLog.SCHEDULER)],
            text=_ERRORS,
            groups_exist=False,
        ),
        SavedQuery(
            name="airflow-worker-errors",
            groups=[names.airflow_log_group(AirflowLog.WORKER)],
            text=_ERRORS,
            groups_exist=False,
        ),
        SavedQuery(name="tracking-errors", groups=[tracking], text=_ERRORS, groups_exist=True),
        SavedQuery(name="tracking-requests", groups=[tracking], text=_REQUESTS_BY_PATH, groups_exist=True),
        SavedQuery(name="tracking-blocked", groups=[names.firewall_log_group], text=_BLOCKED, groups_exist=False),
        SavedQuery(name="database-errors", groups=[database], text=_FATAL, groups_exist=True),
        SavedQuery(name="database-slow-statements", groups=[database], text=_SLOW_STATEMENTS, groups_exist=True),
    )

"""Alarms and graphs of the platform's own operation: notifications, Lambda functions, Athena queries, cost."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.config.alert_config import AlertConfig
from infra.names import PlatformNames
from infra.observability.metrics import metric, query, search
from infra.observability.section import Graph, MetricAlarm, Section

# Names: CloudWatch metrics of aws-cdk-lib 2.275.0 (sqs, sns, events, lambda); Athena user guide, "List of CloudWatch
# metrics and dimensions for Athena"; Billing user guide, "Creating a billing alarm", whose metric lives in us-east-1
# only; read 2026-11-24.
_GIB = 1024**3
_FUNCTIONS = '"AWS/Lambda", FunctionName'
#: Every queue of the account is a dead-letter queue; MWAA's own queue is in an account of AWS.
_QUEUES = '"AWS/SQS", QueueName'
_WAITING = "ApproximateNumberOfMessagesVisible"
_RULES = '"AWS/Events", RuleName'
_QUERIES = '"AWS/Athena", QueryState, QueryType, WorkGroup'


def operation_section(names: PlatformNames, alerts: AlertConfig, *, topic: str) -> Section:
    """Operation: undelivered notifications, function errors, bytes read by queries, cost of the month."""
    failed = metric("AWS/SNS", "NumberOfNotificationsFailed", "Sum", {"TopicName": topic})
    sent = metric("AWS/SNS", "NumberOfNotificationsDelivered", "Sum", {"TopicName": topic})
    group, hour = f"WorkGroup = '{names.prefix}'", Duration.hours(1)
    scanned = query("SUM(ProcessedBytes)", _QUERIES, where=group, label="bytes", period=hour)
    return Section(
        title="Operation and cost",
        headline=_month_to_date(),
        alarms=(*_message_alarms(failed), *_work_alarms(scanned, alerts.scanned_gb_an_hour)),
        graphs=(
            Graph(title="Failed work told, by rule", left=[search(_RULES, "TriggeredRules", "Sum")]),
            Graph(
                title="Dead letters, messages not sent; sent",
                left=[search(_QUEUES, _WAITING, "Maximum"), failed],
                right=[sent],
                limits=["dead-letters"],
            ),
            Graph(title="Errors of functions", left=[search(_FUNCTIONS, "Errors", "Sum")], limits=["function-failed"]),
            Graph(title="Bytes read by queries in an hour", left=[scanned], limits=["queries-read-much"]),
        ),
    )


def _month_to_date() -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/Billing",
        metric_name="EstimatedCharges",
        statistic="Maximum",
        label="US dollars this month",
        period=Duration.hours(6),
        region="us-east-1",
        dimensions_map={"Currency": "USD"},
    )


def _message_alarms(failed: cloudwatch.IMetric) -> Sequence[MetricAlarm]:
    return (
        MetricAlarm("dead-letters", "A queue holds events or calls that could not be delivered",
                    query(f"MAX({_WAITING})", _QUEUES, by="QueueName"), at_least=1),
        MetricAlarm("alerts-lost", "Events of failed work are lost: not even the dead-letter queue took them",
                    query("SUM(InvocationsFailedToBeSentToDlq)", _RULES), at_least=1),
        MetricAlarm("alerts-not-sent", "Messages of the alert topic did not reach a subscriber", failed, at_least=1),
    )  # fmt: skip


def _work_alarms(scanned: cloudwatch.IMetric, gigabytes: int) -> Sequence[MetricAlarm]:
    return (
        MetricAlarm("function-failed", "A Lambda function of the platform failed",
                    query("SUM(Errors)", _FUNCTIONS, by="FunctionName"), at_least=1),
        MetricAlarm("queries-read-much",
                    f"Athena queries have read {gigabytes} GiB within an hour, about {gigabytes * 5 // 1024} dollars",
                    scanned, at_least=gigabytes * _GIB),
    )  # fmt: skip

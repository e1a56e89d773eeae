"""What is seen of the platform's own operation: messages to operators, functions, queries, money."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.config.alert_config import AlertConfig
from infra.names import PlatformNames
from infra.observability.metrics import metric, query, search
from infra.observability.section import Graph, Section, Symptom

# Names: CloudWatch metrics of aws-cdk-lib 2.275.0 (sqs, sns, events, lambda); Athena user guide, "List of CloudWatch
# metrics and dimensions for Athena"; Billing user guide, "Creating a billing alarm", whose metric lives in us-east-1
# only; read 2026-11-24.
_GIB = 1024**3
_FUNCTIONS = '"AWS/Lambda", FunctionName'
#: Every queue of the account holds dead letters: MWAA's own is in an account of AWS.
_QUEUES = '"AWS/SQS", QueueName'
_WAITING = "ApproximateNumberOfMessagesVisible"
_RULES = '"AWS/Events", RuleName'
_QUERIES = '"AWS/Athena", QueryState, QueryType, WorkGroup'


def operation_section(names: PlatformNames, alerts: AlertConfig, *, topic: str) -> Section:
    """Do messages arrive, do functions work, what do queries read, what does the month cost?"""
    failed = metric("AWS/SNS", "NumberOfNotificationsFailed", "Sum", {"TopicName": topic})
    sent = metric("AWS/SNS", "NumberOfNotificationsDelivered", "Sum", {"TopicName": topic})
    group, hour = f"WorkGroup = '{names.prefix}'", Duration.hours(1)
    scanned = query("SUM(ProcessedBytes)", _QUERIES, where=group, label="bytes", period=hour)
    return Section(
        title="Operation and cost",
        vital=_month_to_date(),
        symptoms=(*_message_symptoms(failed), *_work_symptoms(scanned, alerts.scanned_gb_an_hour)),
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


def _message_symptoms(failed: cloudwatch.IMetric) -> Sequence[Symptom]:
    return (
        Symptom(
            heading="dead-letters",
            what="A queue holds events or calls that could not be delivered",
            metric=query(f"MAX({_WAITING})", _QUEUES, by="QueueName"),
            at_least=1,
        ),
        Symptom(
            heading="alerts-lost",
            what="Events of failed work are lost: not even the dead-letter queue took them",
            metric=query("SUM(InvocationsFailedToBeSentToDlq)", _RULES),
            at_least=1,
        ),
        Symptom(
            heading="alerts-not-sent",
            what="Messages of the alert topic did not reach a subscriber",
            metric=failed,
            at_least=1,
        ),
    )


def _work_symptoms(scanned: cloudwatch.IMetric, gigabytes: int) -> Sequence[Symptom]:
    return (
        Symptom(
            heading="function-failed",
            what="A Lambda function of the platform failed",
            metric=query("SUM(Errors)", _FUNCTIONS, by="FunctionName"),
            at_least=1,
        ),
        Symptom(
            heading="queries-read-much",
            what=f"Athena queries have read {gigabytes} GiB within an hour, about {gigabytes * 5 // 1024} dollars",
            metric=scanned,
            at_least=gigabytes * _GIB,
        ),
    )

"""The options of the constructs of this package."""

import json
from dataclasses import replace

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Template

from infra.config.alert_config import AlertConfig
from infra.environments import DEV
from infra.names import PlatformNames
from infra.observability.alarms import Alarms
from infra.observability.cost_anomalies import CostAnomalies
from infra.observability.dashboard import PlatformDashboard
from infra.observability.metrics import metric
from infra.observability.monthly_budget import MonthlyBudget
from infra.observability.runbook import Runbook
from infra.observability.section import Graph, MetricAlarm, Section

NAMES, RUNBOOK = PlatformNames.of(DEV), Runbook("docs/runbook.md")
METRIC = metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", {"QueueName": "letters"})
MONITOR = "arn:aws:ce::111111111111:anomalymonitor/00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    ("alarm", "operator", "missing"),
    [
        (MetricAlarm("many", "Many", METRIC, at_least=5), "GreaterThanOrEqualToThreshold", "notBreaching"),
        (MetricAlarm("few", "Few", METRIC, below=5), "LessThanThreshold", "notBreaching"),
        (MetricAlarm("none", "None", METRIC, below=5, missing_is_breaching=True), "LessThanThreshold", "breaching"),
    ],
)
def test_an_alarm_compares_as_its_row_says(alarm: MetricAlarm, operator: str, missing: str) -> None:
    stack = cdk.Stack()
    Alarms(stack, "Alarms", names=NAMES, runbook=RUNBOOK, topic=sns.Topic(stack, "Topic"), alarms=[alarm])
    expected = {
        "AlarmName": f"mlops-dev-{alarm.heading}",
        "AlarmDescription": f"{alarm.text}. Runbook: docs/runbook.md#{alarm.heading}",
        "ComparisonOperator": operator,
        "TreatMissingData": missing,
        "Threshold": 5,
    }
    Template.from_stack(stack).has_resource_properties("AWS::CloudWatch::Alarm", expected)


@pytest.mark.parametrize(("monitor", "created"), [(None, 1), (MONITOR, 0)])
def test_a_monitor_is_created_unless_the_account_has_one(monitor: str | None, created: int) -> None:
    stack = cdk.Stack()
    alerts = AlertConfig(anomaly_monitor=monitor, create_anomaly_monitor=monitor is None, anomaly_usd=7)
    CostAnomalies(stack, "Anomalies", names=NAMES, alerts=alerts, email="team@example.com")
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::CE::AnomalyMonitor", created)
    (subscription,) = template.find_resources("AWS::CE::AnomalySubscription").values()
    properties = subscription["Properties"]
    monitors = template.find_resources("AWS::CE::AnomalyMonitor")
    arns = [monitor] if monitor else [{"Fn::GetAtt": [name, "MonitorArn"]} for name in monitors]
    assert properties["MonitorArnList"] == arns
    # Mail is sent daily or weekly, never at once.
    assert (properties["Frequency"], properties["Subscribers"][0]["Type"]) == ("DAILY", "EMAIL")
    assert json.loads(properties["ThresholdExpression"])["Dimensions"]["Values"] == ["7"]


def test_only_the_last_percentage_of_a_budget_is_a_forecast() -> None:
    stack = cdk.Stack()
    MonthlyBudget(stack, "Budget", config=replace(DEV.budget, alert_percent=(10, 90)))
    (budget,) = Template.from_stack(stack).find_resources("AWS::Budgets::Budget").values()
    notifications = [each["Notification"] for each in budget["Properties"]["NotificationsWithSubscribers"]]
    assert [(each["Threshold"], each["NotificationType"]) for each in notifications] == [
        (10, "ACTUAL"),
        (90, "FORECASTED"),
    ]


def test_a_section_without_alarms_has_a_title_only() -> None:
    stack = cdk.Stack()
    graphs = [Graph(title="Waiting", left=[METRIC])]
    sections = [Section(title="Letters", headline=METRIC, alarms=[], graphs=graphs)]
    PlatformDashboard(stack, "Dashboard", names=NAMES, runbook=RUNBOOK, sections=sections, alarms=[])
    (dashboard,) = Template.from_stack(stack).find_resources("AWS::CloudWatch::Dashboard").values()
    assert json.dumps("## Letters")[1:-1] in json.dumps(dashboard)
    assert "## Letters\\\\n" not in json.dumps(dashboard)

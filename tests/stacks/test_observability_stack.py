import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from infra.config.alert_config import AlertConfig
from infra.environments import DEV
from stacks.synth import add_environment, new_app
from tests.infra.pipelines import METERS
from tests.stacks.conftest import Templates
from tests.stacks.templates import functions, only, resolved, resources

#: CloudWatch user guide, "Alarm limits": an alarm looks back a day, one on a query over resources three hours.
_DAY, _QUERY_SECONDS = 86_400, 3 * 3600
_DASHBOARD_WIDTH = 24


def alarms(templates: Templates) -> list[dict[str, Any]]:
    return resources(templates["observability"], "AWS::CloudWatch::Alarm")


def period(alarm: dict[str, Any]) -> int:
    periods = [alarm["Period"]] if "Period" in alarm else [*functions(alarm["Metrics"], "Period")]
    assert len(set(periods)) == 1, alarm["AlarmName"]
    return int(periods[0])


def queries(alarm: dict[str, Any]) -> list[str]:
    return [text for text in functions(alarm.get("Metrics", []), "Expression") if text.startswith("SELECT")]


def body(templates: Templates) -> dict[str, Any]:
    dashboard = only(templates["observability"], "AWS::CloudWatch::Dashboard")
    read: dict[str, Any] = json.loads(resolved(dashboard["DashboardBody"]))
    return read


def test_alarms_act_and_say_when_it_is_over(environments: dict[str, Templates]) -> None:
    for templates in environments.values():
        for alarm in alarms(templates):
            assert alarm["ActionsEnabled"] is True
            assert len(alarm["AlarmActions"]) == len(alarm["OKActions"]) == 1


def test_alarms_look_back_no_further_than_cloudwatch_does(environments: dict[str, Templates]) -> None:
    for templates in environments.values():
        for alarm in alarms(templates):
            most = _QUERY_SECONDS if queries(alarm) else _DAY
            assert period(alarm) % 60 == 0
            assert period(alarm) * alarm["EvaluationPeriods"] <= most, alarm["AlarmName"]


def test_thresholds_are_numbers_that_can_be_crossed(environments: dict[str, Templates]) -> None:
    for templates in environments.values():
        for alarm in alarms(templates):
            assert math.isfinite(alarm["Threshold"])
            assert alarm["Threshold"] > 0
            assert len(alarm["AlarmDescription"]) <= 1024


def test_missing_data_is_breaching_only_for_metrics_that_always_report(environments: dict[str, Templates]) -> None:
    for templates in environments.values():
        silent = {alarm["AlarmName"] for alarm in alarms(templates) if alarm["TreatMissingData"] == "breaching"}
        assert {name.split("-", 2)[2] for name in silent} == {"airflow-scheduler-silent", "tracking-down"}


def test_what_zero_or_silence_raises_is_positive_in_a_new_environment(environments: dict[str, Templates]) -> None:
    """A first deployment raises no alarm: all others compare counts and loads, which start at zero."""
    below = {"airflow-dags-missing", "airflow-database-memory", "database-memory-low", "database-storage-low"}
    for templates in environments.values():
        found = {
            alarm["AlarmName"].split("-", 2)[2]: period(alarm) * alarm["EvaluationPeriods"]
            for alarm in alarms(templates)
            if alarm["ComparisonOperator"] == "LessThanThreshold" or alarm["TreatMissingData"] == "breaching"
        }
        assert set(found) == {*below, "airflow-scheduler-silent", "tracking-down"}
        # The DAG processor reports no DAG until it has read the folder, and schedulers report every few seconds.
        assert found["airflow-dags-missing"] >= 1800
        assert found["airflow-scheduler-silent"] >= 900


def test_a_cluster_that_stays_may_be_idle_and_old(environments: dict[str, Templates]) -> None:
    found = {name: {alarm["AlarmName"] for alarm in alarms(templates)} for name, templates in environments.items()}
    assert [f"mlops-{name}-spark-cluster-old" in found[name] for name in found] == [True, True, False]
    assert [f"mlops-{name}-serverless-idle" in found[name] for name in found] == [False, True, True]


def test_nothing_here_needs_identifiers_that_airflow_or_clusters_get(dev: Templates) -> None:
    received = [each["Default"] for each in dev["observability"]["Parameters"].values()]
    ours = {path for path in received if path.startswith("/mlops/")}
    assert ours == {f"/mlops/dev/{path}" for path in ("keys/alerts", "tracking/balancer", "tracking/targets")}


def test_rules_publish_without_a_role_and_keep_what_they_could_not_publish(dev: Templates) -> None:
    """EventBridge's guide warns: with a role, events may not reach a topic or queue that is encrypted."""
    for rule in resources(dev["observability"], "AWS::Events::Rule"):
        (target,) = rule["Targets"]
        assert "RoleArn" not in target
        assert target["DeadLetterConfig"]["Arn"]


def test_messages_say_what_where_why_and_what_to_read(dev: Templates) -> None:
    for rule in resources(dev["observability"], "AWS::Events::Rule"):
        template = rule["Targets"][0]["InputTransformer"]["InputTemplate"]
        text = json.loads(template)
        assert "mlops-dev (111111111111, us-east-1)" in text
        assert [line.split(":")[0] for line in text.splitlines()[1:]] == ["What", "Why", "When", "Runbook"]


def test_the_topic_admits_its_publishers_for_this_account_where_a_condition_can_say_so(dev: Templates) -> None:
    assert only(dev["observability"], "AWS::SNS::Topic")["KmsMasterKeyId"]
    statements = only(dev["observability"], "AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
    allowed = {item["Principal"]["Service"]: item.get("Condition") for item in statements if item["Effect"] == "Allow"}
    # A condition would refuse every event of EventBridge, without a word.
    assert allowed.pop("events.amazonaws.com") is None
    assert set(allowed) == {"cloudwatch.amazonaws.com", "events.rds.amazonaws.com"}
    for condition in allowed.values():
        assert condition["StringEquals"] == {"aws:SourceAccount": "111111111111"}
        assert ":mlops-dev-*" in condition["ArnLike"]["aws:SourceArn"]
    assert [item["Condition"] for item in statements if item["Effect"] == "Deny"] == [
        {"Bool": {"aws:SecureTransport": "false"}}
    ]


def test_the_key_lets_eventbridge_write_to_the_queue_that_is_made(dev: Templates) -> None:
    queue = only(dev["observability"], "AWS::SQS::Queue")
    arn = f"arn:aws:sqs:us-east-1:111111111111:{queue['QueueName']}"
    keys = resources(dev["keys"], "AWS::KMS::Key")
    (statement,) = (s for key in keys for s in key["KeyPolicy"]["Statement"] if s.get("Sid") == "Undelivered")
    assert statement["Condition"] == {"StringEquals": {"kms:EncryptionContext:aws:sqs:arn": arn}}
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert queue["KmsMasterKeyId"]


def test_the_queue_takes_events_of_our_rules_over_tls_only(dev: Templates) -> None:
    deny, rules = only(dev["observability"], "AWS::SQS::QueuePolicy")["PolicyDocument"]["Statement"]
    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert rules["Condition"] == {
        "ArnLike": {"aws:SourceArn": "arn:aws:events:us-east-1:111111111111:rule/mlops-dev-*"}
    }


def test_the_email_subscription_is_created_after_the_alarms(dev: Templates) -> None:
    """A new alarm goes from insufficient data to OK, and reports that as any other change."""
    resources_of = dev["observability"]["Resources"]
    (email,) = (item for item in resources_of.values() if item["Type"] == "AWS::SNS::Subscription")
    existing = {name for name, item in resources_of.items() if item["Type"] == "AWS::CloudWatch::Alarm"}
    assert existing <= set(email["DependsOn"])


def test_lost_tasks_are_counted_in_the_log_of_the_scheduler(dev: Templates) -> None:
    (lost,) = (
        each for each in resources(dev["observability"], "AWS::Logs::MetricFilter") if "lost" in each["FilterName"]
    )
    assert lost["LogGroupName"] == "airflow-mlops-dev-Scheduler"
    assert lost["FilterPattern"] == '"TIs without heartbeat"'
    (alarm,) = (each for each in alarms(dev) if each["AlarmName"] == "mlops-dev-airflow-task-lost")
    (transformation,) = lost["MetricTransformations"]
    metric = alarm["Metrics"][0]["MetricStat"]["Metric"]
    assert metric == {"Namespace": transformation["MetricNamespace"], "MetricName": transformation["MetricName"]}


def test_changes_of_databases_are_subscribed_to(dev: Templates) -> None:
    """Security Hub's RDS.20, RDS.21 and RDS.22."""
    found = {
        item["SourceType"]: item["EventCategories"]
        for item in resources(dev["observability"], "AWS::RDS::EventSubscription")
    }
    assert found == {
        "db-instance": ["maintenance", "configuration change", "failure"],
        "db-parameter-group": ["configuration change"],
        "db-security-group": ["configuration change", "failure"],
    }


def test_an_account_that_refuses_a_cost_monitor_keeps_alarms_and_dashboard(tmp_path: Path) -> None:
    """An account can have one monitor, so the stack of alarms has none, and by default there is none at all."""
    for alerts, monitors in ((AlertConfig(), None), (AlertConfig(create_anomaly_monitor=True), 1)):
        app = new_app(tmp_path / str(monitors))
        platform = add_environment(app, replace(DEV, alerts=alerts), [METERS])
        assembly = app.synth()
        found = assembly.get_stack_by_name(platform.observability.stack_name).template["Resources"].values()
        assert not [item for item in found if item["Type"].startswith("AWS::CE::")]
        assert (platform.costs is None) == (monitors is None)


def test_the_dashboard_begins_with_alarms_and_what_to_do(environments: dict[str, Templates]) -> None:
    for templates in environments.values():
        states, first_aid = body(templates)["widgets"][:2]
        assert (states["type"], first_aid["type"]) == ("alarm", "text")
        assert (states["y"], first_aid["y"]) == (0, 0)
        assert len(states["properties"]["alarms"]) == len(alarms(templates)) <= 100
        assert "docs/runbook.md" in first_aid["properties"]["markdown"]


def test_widgets_fit_beside_one_another(dev: Templates) -> None:
    cells: set[tuple[int, int]] = set()
    for widget in body(dev)["widgets"]:
        assert widget["x"] + widget["width"] <= _DASHBOARD_WIDTH
        columns = range(widget["x"], widget["x"] + widget["width"])
        own = {(x, y) for x in columns for y in range(widget["y"], widget["y"] + widget["height"])}
        assert not own & cells
        cells |= own


def test_every_graph_shows_something(dev: Templates) -> None:
    graphs = [widget for widget in body(dev)["widgets"] if widget["type"] == "metric"]
    assert all(widget["properties"]["metrics"] for widget in graphs)
    titles = [widget["properties"]["title"] for widget in graphs]
    assert len(titles) == len(set(titles))

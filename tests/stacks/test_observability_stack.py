import re
from pathlib import Path

from infra.observability.failure_rules import FAILURES
from tests.stacks.conftest import Templates
from tests.stacks.templates import only, resources

RUNBOOK = Path(__file__).parents[2] / "docs" / "runbook.md"


def headings() -> set[str]:
    return {line.removeprefix("## ") for line in RUNBOOK.read_text().splitlines() if line.startswith("## ")}


def linked(templates: Templates) -> set[str]:
    template = templates["observability"]
    texts = [alarm["AlarmDescription"] for alarm in resources(template, "AWS::CloudWatch::Alarm")]
    texts += [rule["Description"] for rule in resources(template, "AWS::Events::Rule")]
    return {match[1] for text in texts if (match := re.search(r"docs/runbook\.md#(\S+)$", text))}


def test_runbook_and_alarms_name_one_another(environments: dict[str, Templates]) -> None:
    assert set.union(*map(linked, environments.values())) == headings()


def test_every_alarm_and_rule_links_to_the_runbook(dev: Templates) -> None:
    template = dev["observability"]
    count = len(resources(template, "AWS::CloudWatch::Alarm")) + len(resources(template, "AWS::Events::Rule"))
    assert len(linked(dev)) == count


def test_alarms_act_and_say_when_it_is_over(dev: Templates) -> None:
    for alarm in resources(dev["observability"], "AWS::CloudWatch::Alarm"):
        assert alarm["AlarmActions"]
        assert alarm["OKActions"]


def test_each_kind_of_failed_job_reaches_the_topic(dev: Templates) -> None:
    rules = resources(dev["observability"], "AWS::Events::Rule")
    assert {rule["EventPattern"]["detail-type"][0] for rule in rules} == {item.detail_type for item in FAILURES}
    assert all(rule["Targets"] for rule in rules)


def test_the_topic_is_encrypted_and_admits_its_publishers(dev: Templates) -> None:
    assert only(dev["observability"], "AWS::SNS::Topic")["KmsMasterKeyId"]
    policy = only(dev["observability"], "AWS::SNS::TopicPolicy")["PolicyDocument"]
    admitted = {
        item["Principal"]["Service"]
        for item in policy["Statement"]
        if item["Effect"] == "Allow" and item["Action"] == "sns:Publish"
    }
    assert admitted == {"cloudwatch.amazonaws.com", "events.amazonaws.com"}


def test_a_persistent_cluster_is_watched(environments: dict[str, Templates]) -> None:
    names = {name: linked(templates) for name, templates in environments.items()}
    assert ["spark-jobs-pending" in names[name] for name in names] == [False, False, True]

"""The runbook and what links to it, in both directions."""

import re
from pathlib import Path

from tests.stacks.conftest import Templates
from tests.stacks.templates import resources

_FILE = Path(__file__).parents[2] / "docs" / "runbook.md"
SYMPTOMS, PROCEDURES = _FILE.read_text().split("\n# Procedures\n")
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)

#: What no alarm leads to directly and an operator still needs.
LISTED = [
    "Release and rollback", "A stack is stuck", "Restore the database", "Upgrade Airflow", "Upgrade MLflow",
    "Upgrade PostgreSQL", "Upgrade Spark", "Rotate keys", "Rotate secrets", "Spot drill", "Cost above budget",
    "Cost anomaly", "Silence alarms",
]  # fmt: skip

#: States in which CloudFormation leaves a stack until somebody acts (CloudFormation user guide, "Stack status codes").
STUCK = (
    "CREATE_FAILED", "DELETE_FAILED", "IMPORT_ROLLBACK_FAILED", "REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE",
    "ROLLBACK_FAILED", "UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED",
)  # fmt: skip


def linked(templates: Templates) -> list[str]:
    template = templates["observability"]
    texts = [alarm["AlarmDescription"] for alarm in resources(template, "AWS::CloudWatch::Alarm")]
    texts += [rule["Description"] for rule in resources(template, "AWS::Events::Rule")]
    found = [re.fullmatch(r".+ Runbook: \S*docs/runbook\.md#(\S+)", text) for text in texts]
    return [match[1] for match in found if match]


def test_alarms_rules_and_headings_name_one_another(environments: dict[str, Templates]) -> None:
    headings = _HEADING.findall(SYMPTOMS)
    assert len(headings) == len(set(headings))
    assert set().union(*map(linked, environments.values())) == set(headings)


def test_every_alarm_and_rule_links_to_a_heading_of_its_own(environments: dict[str, Templates]) -> None:
    for templates in environments.values():
        template, found = templates["observability"], linked(templates)
        count = len(resources(template, "AWS::CloudWatch::Alarm")) + len(resources(template, "AWS::Events::Rule"))
        assert len(found) == len(set(found)) == count


def test_procedures_are_those_that_are_listed() -> None:
    assert _HEADING.findall(PROCEDURES) == LISTED


def test_links_inside_the_runbook_lead_somewhere() -> None:
    text = SYMPTOMS + PROCEDURES
    anchors = {heading.lower().replace(" ", "-") for heading in _HEADING.findall(text)}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors


def test_every_state_in_which_a_stack_stays_has_a_way_out() -> None:
    rows = [line for line in PROCEDURES.splitlines() if line.startswith("| `")]
    states = {state for row in rows for state in re.findall(r"`([A-Z_]+)`", row.split("|")[1])}
    assert set(STUCK) <= states


def test_a_symptom_says_what_to_do_and_no_more() -> None:
    for text in _HEADING.split(SYMPTOMS)[2::2]:
        assert 1 <= len([line for line in text.strip().splitlines() if line]) <= 8

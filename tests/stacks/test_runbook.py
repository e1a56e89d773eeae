"""Each alarm and event rule links to a heading of the runbook, and the runbook names existing things only."""

import re
import shlex
from dataclasses import fields
from pathlib import Path

import botocore.session
from botocore import xform_name

from infra.environments import STAGING
from infra.names import PlatformNames
from infra.observability.saved_queries import saved_queries
from tests.stacks.conftest import Templates
from tests.stacks.templates import resources

_FILE = Path(__file__).parents[2] / "docs" / "runbook.md"
ALARMS, PROCEDURES = _FILE.read_text().split("\n# Procedures\n")
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)

#: States that a stack leaves only through an operator's action (CloudFormation user guide, "Stack status codes").
STUCK = (
    "CREATE_FAILED", "DELETE_FAILED", "IMPORT_ROLLBACK_FAILED", "REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE",
    "ROLLBACK_FAILED", "UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED",
)  # fmt: skip

#: Commands that the AWS CLI defines itself instead of taking from botocore, and options that every command accepts.
WRITTEN_BY_HAND = {("emr", "list-clusters"), ("emr", "terminate-clusters"), ("s3", "ls")}
OF_EVERY_COMMAND = {"query", "output"}


def linked(templates: Templates) -> list[str]:
    """Return the runbook anchor in the description of each alarm and event rule."""
    template = templates["observability"]
    texts = [alarm["AlarmDescription"] for alarm in resources(template, "AWS::CloudWatch::Alarm")]
    texts += [rule["Description"] for rule in resources(template, "AWS::Events::Rule")]
    links = [re.fullmatch(r".+ Runbook: \S*docs/runbook\.md#(\S+)", text) for text in texts]
    return [match[1] for match in links if match]


def test_alarms_rules_and_headings_name_one_another(environments: dict[str, Templates]) -> None:
    headings = _HEADING.findall(ALARMS)
    assert set().union(*map(linked, environments.values())) == set(headings)


def test_every_alarm_and_rule_links_to_a_heading_of_its_own(environments: dict[str, Templates]) -> None:
    for templates in environments.values():
        template, anchors = templates["observability"], linked(templates)
        count = len(resources(template, "AWS::CloudWatch::Alarm")) + len(resources(template, "AWS::Events::Rule"))
        assert len(anchors) == len(set(anchors)) == count


def test_every_heading_is_unique_and_has_instructions() -> None:
    headings = _HEADING.findall(ALARMS + PROCEDURES)
    assert len(headings) == len(set(headings))
    for part in (ALARMS, PROCEDURES):
        assert all(re.sub(r"^#.*$", "", text, flags=re.MULTILINE).strip() for text in _HEADING.split(part)[2::2])


def test_links_inside_the_runbook_lead_somewhere() -> None:
    text = ALARMS + PROCEDURES
    anchors = {heading.lower().replace(" ", "-") for heading in _HEADING.findall(text)}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors


def test_every_state_of_a_stuck_stack_has_a_row() -> None:
    rows = [line for line in PROCEDURES.splitlines() if line.startswith("| `")]
    states = {state for row in rows for state in re.findall(r"`([A-Z_]+)`", row.split("|")[1])}
    assert set(STUCK) <= states


def spans() -> list[str]:
    """Return the inline code of the runbook."""
    return re.findall(r"`([^`\n]+)`", ALARMS + PROCEDURES)


def test_settings_that_the_runbook_changes_exist() -> None:
    sections = {field.name: getattr(STAGING, field.name) for field in fields(STAGING) if field.name != "delivery"}
    named = [span.split(".") for span in spans() if re.fullmatch(r"[a-z]+\.[a-z_]+", span)]
    settings = [(section, name) for section, name in named if section in sections]
    assert len(settings) > 20
    assert [pair for pair in settings if not hasattr(sections[pair[0]], pair[1])] == []


def test_queries_that_the_runbook_names_are_saved() -> None:
    saved = {query.name for query in saved_queries(PlatformNames.of(STAGING))}
    named = set(re.findall(r"[Qq]uery `([a-z-]+)`", ALARMS + PROCEDURES))
    assert named
    assert named <= saved


def test_commands_of_the_runbook_are_commands_of_aws() -> None:
    """Checks service, operation and options against botocore's models, from which the AWS CLI is generated."""
    session = botocore.session.get_session()
    checked = 0
    for words in (shlex.split(span) for span in spans() if span.startswith("aws ")):
        service, operation = words[1:3]
        if (service, operation) in WRITTEN_BY_HAND:
            continue
        model = session.get_service_model(service)
        operations = {xform_name(name, "-"): name for name in model.operation_names}
        assert operation in operations, words
        shape = model.operation_model(operations[operation]).input_shape
        members = {xform_name(name, "-") for name in shape.members} if shape else set()
        options = {word.removeprefix("--") for word in words if word.startswith("--")} - OF_EVERY_COMMAND
        assert {option.removeprefix("no-") for option in options} <= members, words
        checked += 1
    assert checked > 20

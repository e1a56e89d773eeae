import copy
import re

import pytest

from checks.custom_rules import FOLDER
from checks.mutations.catching import Caught, catch
from checks.mutations.mutation import Mutation, seeded_mutations
from checks.mutations.settings import SETTING_MISTAKES, SettingMistake
from checks.verify import CHECKS
from infra.environments import PROD

MUTATIONS = seeded_mutations()
HOUSE_RULES = sorted(
    rule for path in FOLDER.glob("*.guard") for rule in re.findall(r"^rule (\w+)", path.read_text(), re.MULTILINE)
)


@pytest.fixture(scope="module")
def caught(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Caught]:
    found = {each.mutation.name: each for each in catch(MUTATIONS, tmp_path_factory.mktemp("mutations"))}
    assert len(found) == len(MUTATIONS), "names of mutations are distinct"
    return found


@pytest.mark.parametrize("name", [mutation.name for mutation in MUTATIONS])
def test_a_check_catches_the_mistake(name: str, caught: dict[str, Caught]) -> None:
    assert caught[name].findings


@pytest.mark.parametrize("mistake", SETTING_MISTAKES, ids=lambda mistake: mistake.name)
def test_the_configuration_refuses_the_setting(mistake: SettingMistake) -> None:
    refusal = mistake.refusal()
    assert refusal is not None
    assert "received" in refusal
    assert "allowed" in refusal


def test_there_are_enough_mistakes() -> None:
    assert len(MUTATIONS) >= 40


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_is_switched_on(check: str, caught: dict[str, Caught]) -> None:
    assert [name for name, each in caught.items() if any(finding.check == check for finding in each.findings)]


@pytest.mark.parametrize("rule", HOUSE_RULES)
def test_every_house_rule_catches_a_mistake(rule: str, caught: dict[str, Caught]) -> None:
    assert [name for name, each in caught.items() if any(finding.rule == rule for finding in each.findings)]


TOPIC = {"Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "alerts", "Tags": [{"Key": "a"}]}}}}


@pytest.mark.parametrize(
    "edits",
    [
        {"put": {"Tags.0.Key": "b", "/DeletionPolicy": "Delete"}},
        {"drop": "Tags.0.Key"},
        {"remove": "SNS::Topic"},
        {"outputs": {"O": {"Value": "v"}}},
    ],
)
def test_a_mutation_leaves_the_template_it_was_given(edits: dict[str, object]) -> None:
    before = copy.deepcopy(TOPIC)
    mutation = Mutation(name="any", stack="any", resource="SNS::Topic T", edits=edits)
    assert mutation.applied(TOPIC) != TOPIC
    assert before == TOPIC


def test_a_mutation_that_changes_nothing_is_refused() -> None:
    same = Mutation(name="same", stack="any", resource="SNS::Topic", edits={"put": {"TopicName": "alerts"}})
    with pytest.raises(ValueError, match="changed nothing"):
        same.applied(TOPIC)
    absent = Mutation(name="absent", stack="any", resource="SQS::Queue", edits={"drop": "Tags"})
    with pytest.raises(ValueError, match="no such resource"):
        absent.applied(TOPIC)


def test_a_setting_that_is_accepted_is_not_refused() -> None:
    assert SettingMistake("none", lambda: PROD).refusal() is None

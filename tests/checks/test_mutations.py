import copy
from pathlib import Path

import pytest

from checks.assembly import Assembly, ImageAsset
from checks.assembly_checks import RULES
from checks.finding import Finding
from checks.mutations.detection import Detection, detect, gaps
from checks.mutations.mutation import Mutation, seeded_mutations
from checks.mutations.settings import SETTING_MISTAKES, SettingMistake
from checks.permissions.policies import Template
from checks.validators.custom_rules import custom_rule_names
from checks.verify import CHECKS
from infra.environments import PROD

MUTATIONS = seeded_mutations()


@pytest.mark.parametrize("mistake", SETTING_MISTAKES, ids=lambda mistake: mistake.name)
def test_the_configuration_rejects_the_setting(mistake: SettingMistake) -> None:
    error = mistake.rejection()
    assert error is not None
    assert "received" in error
    assert "allowed" in error


def test_there_are_enough_mistakes_with_distinct_names() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS) >= 40


def assembly(template: Template, **images: ImageAsset) -> Assembly:
    return Assembly(config=PROD, templates={"any": template}, images=images)


def test_only_findings_that_the_unchanged_template_lacks_count(tmp_path: Path) -> None:
    properties = {"TopicName": "alerts", "KmsMasterKeyId": "alias/alerts"}
    template = {"Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": properties}}}
    mistake = Mutation(
        name="any", stack="any", resource="SNS::Topic", edits={"drop": "KmsMasterKeyId", "put": {"Colour": "red"}}
    )
    (detection,) = detect([mistake], assembly(template), tmp_path)
    checks = {finding.check for finding in detection.findings}
    assert checks >= {"AwsSolutions", "NIST.800.53.R5", "Guard", "cfn-lint", "checkov"}
    assert "checkov: CKV_AWS_26" in detection.checks
    assert all(finding.where == "T" for finding in detection.findings)


def detected(*findings: Finding) -> Detection:
    return Detection(mutation=Mutation(name="any", stack="any", resource="", edits={}), findings=findings)


def test_an_undetected_mistake_and_checks_and_rules_that_detect_nothing_are_gaps() -> None:
    everything = [Finding(check, "R", "T", "m") for check in CHECKS]
    everything += [Finding("Guard", rule, "T", "m") for rule in (*custom_rule_names(), *RULES)]
    assert list(gaps([detected(*everything)])) == []
    (undetected,) = gaps([detected(*everything), detected()])
    assert undetected == "no check detects 'any'"
    without_checkov = [finding for finding in everything if finding.check != "checkov"]
    assert [gap.split(" detects")[0] for gap in gaps([detected(*without_checkov)])] == ["the check checkov"]
    (rule,) = gaps([detected(*(finding for finding in everything if finding.rule != custom_rule_names()[0]))])
    assert custom_rule_names()[0] in rule


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
    assert mutation.applied(assembly(TOPIC)).templates["any"] != TOPIC
    assert before == TOPIC


def test_a_mutation_that_changes_nothing_is_refused() -> None:
    same = Mutation(name="same", stack="any", resource="SNS::Topic", edits={"put": {"TopicName": "alerts"}})
    with pytest.raises(ValueError, match="changed nothing"):
        same.applied(assembly(TOPIC))
    absent = Mutation(name="absent", stack="any", resource="SQS::Queue", edits={"drop": "Tags"})
    with pytest.raises(ValueError, match="no such resource"):
        absent.applied(assembly(TOPIC))


IMAGE = ImageAsset(name="Server/Image", platform="linux/arm64", dockerfile="FROM a\nVOLUME /tmp\nUSER 1000")


@pytest.mark.parametrize(
    ("change", "platform", "dockerfile"),
    [
        ({"platform": "linux/amd64"}, "linux/amd64", IMAGE.dockerfile),
        ({"drop": "VOLUME"}, "linux/arm64", "FROM a\nUSER 1000"),
        ({"instruction": "USER root"}, "linux/arm64", f"{IMAGE.dockerfile}\nUSER root"),
    ],
)
def test_a_mutation_of_an_image_changes_that_image_only(change: dict[str, str], platform: str, dockerfile: str) -> None:
    other = ImageAsset(name="Job/Image", platform="linux/arm64", dockerfile=IMAGE.dockerfile)
    mutation = Mutation(name="any", stack="any", resource="", edits={}, image={"name": IMAGE.name, **change})
    mutated = mutation.applied(assembly(TOPIC, first=IMAGE, second=other)).images
    assert mutated == {
        "first": ImageAsset(name=IMAGE.name, platform=platform, dockerfile=dockerfile),
        "second": other,
    }


def test_a_setting_that_is_accepted_is_not_rejected() -> None:
    assert SettingMistake("none", lambda: PROD).rejection() is None

from infra.environments import DEV
from infra.names import PlatformNames
from infra.security.keys import DataClass
from tests.stacks.conftest import Templates
from tests.stacks.templates import functions, resources

NAMES = PlatformNames.of(DEV)


def statements(dev: Templates, data_class: DataClass) -> dict[str, dict[str, object]]:
    (key,) = (
        key for key in resources(dev["keys"], "AWS::KMS::Key") if key["Description"] == f"{NAMES.prefix}: {data_class}"
    )
    return {statement["Sid"]: statement for statement in key["KeyPolicy"]["Statement"] if "Sid" in statement}


def test_each_class_of_data_has_a_rotating_key_with_an_alias(dev: Templates) -> None:
    keys = resources(dev["keys"], "AWS::KMS::Key")
    assert [key["EnableKeyRotation"] for key in keys] == [True] * len(DataClass)
    aliases = {alias["AliasName"] for alias in resources(dev["keys"], "AWS::KMS::Alias")}
    assert aliases == {f"alias/mlops-dev-{data_class}" for data_class in DataClass}


def test_services_use_only_the_key_of_their_class_and_under_a_condition(dev: Templates) -> None:
    found = {data_class: statements(dev, data_class) for data_class in DataClass}
    assert {data_class: set(sids) for data_class, sids in found.items()} == {
        DataClass.LAKE: set(),
        DataClass.TRACKING: set(),
        DataClass.AIRFLOW: {"LogGroups"},
        DataClass.LOGS: {"LogGroups"},
        DataClass.ALERTS: {"Alarms", "Database", "Events", "Undelivered"},
    }
    assert all(statement["Condition"] for sids in found.values() for statement in sids.values())


def test_nobody_but_the_keys_stack_writes_a_key_policy(dev: Templates) -> None:
    assert not [stack for stack, template in dev.items() if stack != "keys" and resources(template, "AWS::KMS::Key")]
    assert not [*functions(dev["keys"], "Fn::ImportValue")]

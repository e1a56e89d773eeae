import re

from infra.environments import ENVIRONMENTS
from tests.stacks.conftest import Templates
from tests.stacks.templates import functions, resources

#: The stacks each stack waits for, directly or not: MWAA waits for keys and network alone.
WAITS_FOR = {
    "keys": set(),
    "network": {"keys"},
    "data": {"keys"},
    "tracking": {"keys", "network", "data"},
    "compute": {"keys", "network", "data"},
    "pipeline": {"keys", "network", "data", "compute"},
    "orchestration": {"keys", "network"},
    "observability": {"keys", "network", "data", "tracking"},
}


def published(template: dict[str, object]) -> set[str]:
    return {parameter["Name"] for parameter in resources(template, "AWS::SSM::Parameter")}


def received(template: dict[str, dict[str, dict[str, str]]]) -> set[str]:
    parameters = template.get("Parameters", {}).values()
    return {each["Default"] for each in parameters if each["Default"].startswith("/mlops/")}


def test_no_value_that_another_stack_holds_on_to_is_exported(environments: dict[str, Templates]) -> None:
    for templates in environments.values():
        for template in templates.values():
            assert not [*functions(template, "Fn::ImportValue"), *functions(template, "Fn::GetStackOutput")]
            assert not [output for output in template.get("Outputs", {}).values() if "Export" in output]


def test_every_value_received_is_published_by_a_stack_that_is_waited_for(environments: dict[str, Templates]) -> None:
    for name, templates in environments.items():
        publisher = {path: stack for stack, template in templates.items() for path in published(template)}
        assert all(re.match(rf"/mlops/{name}/{stack}/", path) for path, stack in publisher.items())
        for stack, template in templates.items():
            waits_for = WAITS_FOR["pipeline" if stack.startswith("pipeline-") else stack]
            assert {publisher[path] for path in received(template)} <= waits_for


def test_every_parameter_of_a_template_is_used(environments: dict[str, Templates]) -> None:
    assert set(environments) == set(ENVIRONMENTS)
    for templates in environments.values():
        for template in templates.values():
            used = {str(name) for name in functions(template, "Ref")}
            assert {name for name in template.get("Parameters", {}) if name != "BootstrapVersion"} <= used

"""The checks that read one template at a time and need no tool of others, by the name under which findings count."""

from collections.abc import Callable, Mapping

from checks.environment.airflow_options import OPTIONS, validate_options
from checks.environment.literal_names import NAMES, validate_names
from checks.finding import Finding
from checks.permissions.actions import ACTIONS, validate_actions
from checks.permissions.policies import Template

#: Each check takes the name of a stack and its template.
TEMPLATE_CHECKS: Mapping[str, Callable[[str, Template], list[Finding]]] = {
    ACTIONS: validate_actions,
    OPTIONS: validate_options,
    NAMES: validate_names,
}


def validate_template(stack: str, template: Template) -> list[Finding]:
    """Return the findings of all these checks in the template of a stack."""
    return [finding for check in TEMPLATE_CHECKS.values() for finding in check(stack, template)]

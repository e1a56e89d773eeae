"""The roles of an environment with the statements of all their policies, across its stacks."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checks.permissions.policies import Template, listed
from checks.template_values import Values
from infra.names import PlatformNames
from infra.pipeline_scope import role_kind

_POLICIES = {"AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"}


@dataclass(frozen=True, kw_only=True)
class Role:
    """A role by its purpose, its ARN and what its policies state; AWS managed policies are not included."""

    purpose: str
    arn: str
    statements: tuple[Mapping[str, Any], ...]

    @property
    def kind(self) -> str:
        """The kind of a pipeline's role, such as `train`; the purpose itself for the environment's roles."""
        return role_kind(self.purpose)


def roles_of(templates: Mapping[str, Template], names: PlatformNames) -> dict[str, Role]:
    """Return the roles of the templates by ARN."""
    policies: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    arns: dict[str, str] = {}
    for template in templates.values():
        values = Values(template, region=names.region, account=names.account)
        for resource in template["Resources"].values():
            if resource["Type"] in _POLICIES:
                document = values.resolved(resource["Properties"]["PolicyDocument"])
                for role in resource["Properties"].get("Roles", []):
                    policies[values.text(role)] += listed(document["Statement"])
            elif resource["Type"] == "AWS::IAM::Role":
                name = values.text(resource["Properties"]["RoleName"])
                arns[name] = f"arn:aws:iam::{names.account}:role/{name}"
    return {
        arn: Role(purpose=purpose_of(names, name), arn=arn, statements=tuple(policies[name]))
        for name, arn in arns.items()
    }


def purpose_of(names: PlatformNames, role_name: str) -> str:
    """Return the purpose that a role's name contains."""
    return role_name.removeprefix(f"{names.prefix}-").removesuffix(f"-{names.region}")

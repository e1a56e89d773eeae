"""Compare the permissions that templates grant to each role with the permissions that the role uses."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from checks.permissions.implied_actions import Need, implied_needs
from checks.permissions.policies import Template, listed, statements
from checks.permissions.roles import purpose_of
from checks.permissions.used_actions import TABLE, Uses, used_actions
from infra.config.platform_config import PlatformConfig
from infra.names import PlatformNames
from infra.pipeline_scope import role_kind
from jobs.contracts.pipeline import Pipeline

_POLICIES = {"AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"}


@dataclass(frozen=True, kw_only=True)
class RolePermissions:
    """Granted and used actions of a role of one environment; `managed` are the attached AWS managed policies."""

    environment: str
    role: str
    granted: frozenset[str]
    used: Uses = field(default_factory=dict)
    managed: frozenset[str] = frozenset()
    documented: frozenset[str] = frozenset()
    refused: tuple[str, ...] = ()
    """Requests that a parameter in the templates requires and that the statements of the role do not allow."""

    @property
    def unused(self) -> list[str]:
        """Actions and AWS managed policies that are granted but not used."""
        return sorted({*(self.granted - set(self.used)), *(self.managed - self.documented)})

    @property
    def missing(self) -> list[str]:
        """Actions and AWS managed policies that are used but not granted, and refused requests."""
        return sorted({*(set(self.used) - self.granted), *(self.documented - self.managed), *self.refused})


def compare(
    config: PlatformConfig, templates: Mapping[str, Template], pipelines: Sequence[Pipeline] = ()
) -> list[RolePermissions]:
    """Return the permissions of every role in the templates; a role missing in `used_actions.toml` uses no action."""
    names, used = PlatformNames.of(config), used_actions(config.with_pipelines(pipelines), pipelines)
    implied: dict[str, list[Need]] = defaultdict(list)
    for need in implied_needs(templates, names):
        implied[need.principal.name].append(need)
    permissions = []
    for template in templates.values():
        for logical_id, resource in template["Resources"].items():
            if resource["Type"] == "AWS::IAM::Role":
                properties = resource["Properties"]
                purpose = purpose_of(names, properties["RoleName"])
                kind = role_kind(purpose)
                permissions.append(
                    RolePermissions(
                        environment=config.environment,
                        role=purpose,
                        granted=frozenset(_granted(template, logical_id)),
                        used=_with_implied(used.get(purpose, used.get(kind, {})), implied[purpose]),
                        managed=frozenset(_managed(properties)),
                        documented=frozenset(TABLE["role"].get(kind, {}).get("managed", ())),
                        refused=tuple(f"{need.rule}: {need}" for need in implied[purpose] if not need.is_met),
                    )
                )
    return sorted(permissions, key=lambda each: each.role)


def _with_implied(used: Uses, needs: Iterable[Need]) -> Uses:
    result = {action: set(users) for action, users in used.items()}
    for need in needs:
        result.setdefault(need.request.action, set()).add(f"{need.rule}, {need.where}")
    return result


def _granted(template: Template, role_id: str) -> set[str]:
    by_resource: dict[str, set[str]] = defaultdict(set)
    for statement in statements(template):
        if statement.is_identity and statement.effect == "Allow":
            by_resource[statement.resource_id].update(statement.actions)
    attached = {
        logical_id
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] in _POLICIES and {"Ref": role_id} in resource["Properties"].get("Roles", [])
    }
    return set().union(*(by_resource[each] for each in {role_id, *attached}))


def _managed(properties: Mapping[str, Any]) -> set[str]:
    """Return the names of the AWS managed policies of a role."""
    return {str(arn).rsplit("/", 1)[1].rstrip("'}]") for arn in listed(properties.get("ManagedPolicyArns", []))}

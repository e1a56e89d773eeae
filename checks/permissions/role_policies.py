"""Resources wait for the policies of the roles that they name, because services check or use a role at once.

Examples: RDS rejects a monitoring role without its policy, "IAM role ARN value is invalid or does not include the
required permissions for: ENHANCED_MONITORING" (claranet/terraform-aws-aurora#23), and Lambda rejects a dead-letter
queue that the role may not send to. CloudFormation attaches a policy after the role and waits for it only where a
resource depends on the policy.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from checks.assembly import ASSEMBLY, Assembly
from checks.finding import Finding
from checks.permissions.policies import Template, listed

ROLE_POLICY = "RolePolicyFirst"
RULES = (ROLE_POLICY,)

_POLICIES = {"AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"}


def role_policy_findings(assembly: Assembly) -> Iterator[Finding]:
    """Yield the resources that may be created before a policy of a role that they name."""
    for stack, template in assembly.templates.items():
        policies = _policies_by_role(template)
        for logical_id, resource in template["Resources"].items():
            if not resource["Type"].startswith("AWS::IAM::") and not resource["Type"].endswith("Policy"):
                named = _named_roles(template, resource.get("Properties", {})) & policies.keys()
                needed = {policy for role in named for policy in policies[role]}
                for policy in sorted(needed - _waits_for(template, logical_id)):
                    what = f"it must depend on {policy}, the policy of a role that it names"
                    yield Finding(ASSEMBLY, ROLE_POLICY, f"{stack}/{logical_id}", what)


def _named_roles(template: Template, properties: Mapping[str, Any]) -> set[str]:
    """Return the logical ids of the roles that a resource refers to, also by the ARN with their literal name."""
    text = json.dumps(properties)
    return _references(properties) | {
        logical_id
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == "AWS::IAM::Role" and f':role/{resource["Properties"].get("RoleName")}"' in text
    }


def _policies_by_role(template: Template) -> dict[str, set[str]]:
    """Return the logical ids of policies by that of the role."""
    found: dict[str, set[str]] = {}
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] in _POLICIES:
            for role in _references(resource["Properties"].get("Roles", [])):
                found.setdefault(role, set()).add(logical_id)
    return found


def _waits_for(template: Template, logical_id: str) -> set[str]:
    """Return everything that exists before the resource is created, by dependencies and references."""
    seen: set[str] = set()
    waiting = [logical_id]
    while waiting:
        resource = template["Resources"][waiting.pop()]
        earlier = {*listed(resource.get("DependsOn", [])), *_references(resource.get("Properties", {}))}
        new = (earlier & template["Resources"].keys()) - seen
        seen |= new
        waiting += new
    return seen


def _references(value: Any) -> set[str]:
    """Return the logical ids in every Ref, Fn::GetAtt and Fn::Sub of a value."""
    if isinstance(value, list):
        return set().union(*map(_references, value))
    if not isinstance(value, Mapping):
        return set()
    found = set().union(*map(_references, value.values()))
    if isinstance(value.get("Ref"), str):
        found.add(value["Ref"])
    if "Fn::GetAtt" in value:
        found.add(str(listed(value["Fn::GetAtt"])[0]).partition(".")[0])
    return found

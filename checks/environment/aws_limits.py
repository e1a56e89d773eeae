"""Sizes that AWS limits: templates and their resources, policies, and names that the templates give.

CloudFormation quotas, IAM and STS quotas, IAM name limits (their user guides, read 2026-11-29). IAM does not count the
white space of a policy. Trust policies and attached policies are counted against the default quotas.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checks.assembly import ASSEMBLY, Assembly
from checks.finding import Finding
from checks.permissions.policies import UNRESOLVED, Template, listed, text
from infra.names import PlatformNames

LIMIT = "AwsLimit"
RULES = (LIMIT,)

#: The highest values by what is measured.
LIMITS = {
    "bytes of a template": 1_000_000,
    "resources of a stack": 500,
    "parameters of a stack": 200,
    "outputs of a stack": 200,
    "characters of a stack's name": 128,
    "characters of a managed policy": 6_144,
    "characters of the inline policies of a role": 10_240,
    "characters of a trust policy": 2_048,
    "managed policies of a role": 10,
    "characters of a role's name": 64,
}
#: Longer than every value that only a deployment knows; the ARN of a key has 80 characters in the longest region.
_GENERATED = "x" * 80


@dataclass(frozen=True, kw_only=True)
class Size:
    """One measured value; `where` is a stack, or a stack and the logical id of a resource."""

    what: str
    where: str
    value: int

    @property
    def limit(self) -> int:
        """The highest value that AWS accepts."""
        return LIMITS[self.what]

    @property
    def is_exceeded(self) -> bool:
        """Whether AWS would refuse it."""
        return self.value > self.limit


def limit_findings(assembly: Assembly) -> Iterator[Finding]:
    """Yield what exceeds a limit."""
    for size in sizes(assembly.templates, PlatformNames.of(assembly.config)):
        if size.is_exceeded:
            what = f"{size.value} {size.what}; allowed are {size.limit}, so AWS would refuse the deployment"
            yield Finding(ASSEMBLY, LIMIT, size.where, what)


def sizes(templates: Mapping[str, Template], names: PlatformNames) -> Iterator[Size]:
    """Yield every size that AWS limits."""
    for stack, template in templates.items():
        counts = {
            "bytes of a template": len(json.dumps(template, indent=1).encode()),
            "resources of a stack": len(template["Resources"]),
            "parameters of a stack": len(template.get("Parameters", {})),
            "outputs of a stack": len(template.get("Outputs", {})),
            "characters of a stack's name": len(names.resource(stack)),
        }
        yield from (Size(what=what, where=stack, value=value) for what, value in counts.items())
        yield from _roles(stack, template)


def largest(measured: Iterable[Size]) -> dict[str, Size]:
    """Return the largest value of each kind."""
    found: dict[str, Size] = {}
    for size in measured:
        if size.what not in found or size.value > found[size.what].value:
            found[size.what] = size
    return found


def _roles(stack: str, template: Template) -> Iterator[Size]:
    inline: dict[str, int] = defaultdict(int)
    attached: Counter[str] = Counter()
    for logical_id, resource in template["Resources"].items():
        where, properties = f"{stack}/{logical_id}", resource.get("Properties", {})
        roles = [text(role) if isinstance(role, str) else role["Ref"] for role in properties.get("Roles", ())]
        match resource["Type"]:
            case "AWS::IAM::Role":
                length = _characters(properties["AssumeRolePolicyDocument"])
                yield Size(what="characters of a trust policy", where=where, value=length)
                yield Size(what="characters of a role's name", where=where, value=len(text(properties["RoleName"])))
                inline[logical_id] += sum(
                    _characters(each["PolicyDocument"]) for each in properties.get("Policies", ())
                )
                attached[logical_id] += len(listed(properties.get("ManagedPolicyArns", [])))
            case "AWS::IAM::ManagedPolicy":
                length = _characters(properties["PolicyDocument"])
                yield Size(what="characters of a managed policy", where=where, value=length)
                attached.update(roles)
            case "AWS::IAM::Policy":
                for role in roles:
                    inline[role] += _characters(properties["PolicyDocument"])
    for role, length in inline.items():
        yield Size(what="characters of the inline policies of a role", where=f"{stack}/{role}", value=length)
    for role, count in attached.items():
        yield Size(what="managed policies of a role", where=f"{stack}/{role}", value=count)


def _characters(document: Any) -> int:
    """Return the characters that IAM counts."""
    written = json.dumps(_rendered(document), separators=(",", ":")).replace(UNRESOLVED, _GENERATED)
    return len("".join(written.split()))


def _rendered(value: Any) -> Any:
    if isinstance(value, list):
        return [_rendered(item) for item in value]
    if not isinstance(value, dict):
        return value
    is_intrinsic = len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::"))
    return text(value) if is_intrinsic else {key: _rendered(item) for key, item in value.items()}

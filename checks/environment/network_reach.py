"""Whether workloads in the VPC reach every service that their roles allow, and whether the endpoints let them pass.

`endpoint_calls.toml` gives the endpoint service of each API. In a network without another route to AWS, every action
that a workload's role allows needs its endpoint. In every network, an endpoint must answer to the public name of the
service, and its policy must allow the action on the resource for a principal of the account.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checks.assembly import ASSEMBLY, Assembly
from checks.finding import Finding
from checks.permissions.iam_decision import Request, is_allowed
from checks.permissions.policies import Template, listed
from checks.permissions.roles import Role, roles_of
from checks.template_values import Values
from infra.names import PlatformNames

MISSING, NAME, POLICY = "EndpointForEveryCall", "EndpointPrivateName", "EndpointAdmitsCallers"
RULES = (MISSING, NAME, POLICY)

_TABLE: Mapping[str, Any] = tomllib.loads(Path(__file__).with_name("endpoint_calls.toml").read_text())


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An endpoint of the templates."""

    where: str
    is_interface: bool
    has_private_name: bool
    statements: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """An action that a workload's role allows, and the resource patterns of the statement; `role` is its kind."""

    role: str
    action: str
    resources: tuple[str, ...]


def reach_findings(assembly: Assembly) -> Iterator[Finding]:
    """Yield calls without an endpoint, endpoints without the name of their service, and calls that a policy refuses."""
    config, names = assembly.config, PlatformNames.of(assembly.config)
    endpoints = _endpoints(assembly.templates, names)
    for service, each in endpoints.items():
        if each.is_interface and not each.has_private_name:
            yield Finding(ASSEMBLY, NAME, each.where, f"workloads call {service} by its public name")
    registry = PlatformNames.of_registry(config)
    for allowed in workload_actions(assembly.templates, names):
        services = services_of(allowed.action)
        if services is None:
            advice = "add the endpoint of this API to checks/environment/endpoint_calls.toml"
            what = f"{allowed.role} may call {allowed.action}; {advice}"
            yield Finding(ASSEMBLY, MISSING, "network", what)
        for service in services or ():
            if endpoint := endpoints.get(service):
                yield from _refused(allowed, endpoint, names, registry)
            elif config.network.mode == "isolated":
                what = f"{allowed.role} may call {allowed.action}, for which the network has no endpoint {service}"
                yield Finding(ASSEMBLY, MISSING, "network", what)


def services_of(action: str) -> Sequence[str] | None:
    """Return the endpoint services through which an action is called; None for an API that the table lacks."""
    by_prefix: Sequence[str] | None = _TABLE["prefix"].get(action.partition(":")[0])
    services: Sequence[str] | None = _TABLE["action"].get(action, by_prefix)
    return services


def workload_actions(templates: Mapping[str, Template], names: PlatformNames) -> Iterator[Allowed]:
    """Yield what the roles of code in the VPC allow."""
    roles = roles_of(templates, names)
    for arn, services in _trusted(templates, names).items():
        role = roles[arn]
        if role.kind not in _TABLE["workloads"]["outside"] and services & {*_TABLE["workloads"]["services"], "AWS"}:
            yield from _actions(role, services)


def _actions(role: Role, services: set[str]) -> Iterator[Allowed]:
    for statement in role.statements:
        for action in listed(statement["Action"]) if statement["Effect"] == "Allow" else ():
            outside = _TABLE["pulled_outside"].get(action.partition(":")[0])
            if services != {outside}:
                yield Allowed(role=role.kind, action=action, resources=tuple(listed(statement["Resource"])))


def _trusted(templates: Mapping[str, Template], names: PlatformNames) -> dict[str, set[str]]:
    """Return the services that assume each role; `AWS` for a role of the steps of a cluster, which its nodes assume."""
    found: dict[str, set[str]] = {}
    for template in templates.values():
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::IAM::Role":
                trust = listed(resource["Properties"]["AssumeRolePolicyDocument"]["Statement"])
                principals = [
                    statement["Principal"] for statement in trust if "Federated" not in statement["Principal"]
                ]
                services = {service for each in principals for service in listed(each.get("Service", []))}
                steps = {"AWS"} if any("AWS" in each for each in principals) else set()
                found[f"arn:aws:iam::{names.account}:role/{resource['Properties']['RoleName']}"] = services | steps
    return found


def _endpoints(templates: Mapping[str, Template], names: PlatformNames) -> dict[str, Endpoint]:
    endpoints = {}
    for stack, template in templates.items():
        values = Values(template, region=names.region, account=names.account)
        for logical_id, resource in template["Resources"].items():
            if resource["Type"] == "AWS::EC2::VPCEndpoint":
                properties = values.resolved(resource["Properties"])
                service = properties["ServiceName"].removeprefix(f"com.amazonaws.{names.region}.")
                endpoints[service] = Endpoint(
                    where=f"{stack}/{logical_id}",
                    is_interface=properties["VpcEndpointType"] == "Interface",
                    has_private_name=properties.get("PrivateDnsEnabled", False),
                    statements=listed(properties.get("PolicyDocument", {}).get("Statement", [])),
                )
    return endpoints


def _refused(
    allowed: Allowed, endpoint: Endpoint, names: PlatformNames, registry: PlatformNames | None
) -> Iterator[Finding]:
    for resource in allowed.resources:
        owner = _owner(resource, names, registry)
        context = {"aws:PrincipalAccount": names.account, "aws:ResourceAccount": owner}
        request = Request(action=allowed.action, resource=resource, context=context)
        if not is_allowed(request, endpoint.statements):
            what = f"the policy refuses {allowed.role} the call {allowed.action} on {resource}"
            yield Finding(ASSEMBLY, POLICY, endpoint.where, what)


def _owner(resource: str, names: PlatformNames, registry: PlatformNames | None) -> str:
    """Return the account of a resource; an ARN without one, as of a bucket, belongs to the account in its name."""
    account = resource.split(":")[4] if resource.count(":") >= 5 else ""
    if account or registry is None or registry.account not in resource:
        return account or names.account
    return registry.account

"""The host of MLflow: its zone, its record and its certificate lead clients to the load balancer that answers."""

import json
from collections.abc import Iterator
from typing import Any

from checks.assembly import ASSEMBLY, Assembly
from checks.finding import Finding
from checks.permissions.policies import Template
from infra.orchestration.platform_settings import tracking_uri

AGREEMENT, CERTIFICATE, RECORD, ZONE = "HostAgreement", "HostCertificate", "HostRecord", "HostZone"
RULES = (AGREEMENT, CERTIFICATE, RECORD, ZONE)

_STACK = "tracking"


def tracking_host_findings(assembly: Assembly) -> Iterator[Finding]:
    """Yield what keeps clients in the VPC from finding MLflow by its host, or from trusting its certificate."""
    template = assembly.templates.get(_STACK, {"Resources": {}})
    for logical_id, properties in _all(template, "AWS::Route53::HostedZone"):
        if properties.get("VPCs", []) != [_vpc(assembly, template)]:
            yield _finding(
                ZONE, logical_id, "associate the zone with the load balancer's VPC only: without one it is public"
            )
    for logical_id, properties in _all(template, "AWS::Route53::RecordSet"):
        yield from _record(assembly, template, logical_id, properties)
    for logical_id, properties in _all(template, "AWS::ElasticLoadBalancingV2::Listener"):
        yield from _certificates(assembly, logical_id, properties)
    yield from _agreement(assembly)


def _record(assembly: Assembly, template: Template, logical_id: str, properties: dict[str, Any]) -> Iterator[Finding]:
    host, target = assembly.config.tracking.host, properties.get("AliasTarget", {})
    balancers = [name for name, _ in _all(template, "AWS::ElasticLoadBalancingV2::LoadBalancer")]
    attributes = [[name, attribute] for name in balancers for attribute in ("DNSName", "CanonicalHostedZoneID")]
    if properties.get("Name") != f"{host}.":
        yield _finding(RECORD, logical_id, f"the record must be named {host}, which clients look up")
    if not all(json.dumps({"Fn::GetAtt": attribute}) in json.dumps(target) for attribute in attributes):
        yield _finding(RECORD, logical_id, "the record must be an alias of the load balancer of this stack")


def _certificates(assembly: Assembly, logical_id: str, properties: dict[str, Any]) -> Iterator[Finding]:
    here = f"arn:aws:acm:{assembly.config.region}:{assembly.config.account}:certificate/"
    for certificate in properties.get("Certificates", []):
        if not str(certificate.get("CertificateArn")).startswith(here):
            yield _finding(CERTIFICATE, logical_id, f"the load balancer takes certificates below {here} only")


def _agreement(assembly: Assembly) -> Iterator[Finding]:
    """Yield the clients and servers that use another name than the record."""
    config = assembly.config
    for stack, template in assembly.templates.items():
        for logical_id, properties in _all(template, "AWS::MWAA::Environment"):
            uri = properties.get("AirflowConfigurationOptions", {}).get("platform.mlflow_tracking_uri")
            if uri != tracking_uri(config):
                yield _finding(AGREEMENT, logical_id, f"DAGs must give jobs the URI {tracking_uri(config)}", stack)
        for logical_id, properties in _all(template, "AWS::ECS::TaskDefinition"):
            for container in properties.get("ContainerDefinitions", []):
                command = container.get("Command", [])
                if "--allowed-hosts" in command and config.tracking.host not in command:
                    yield _finding(AGREEMENT, logical_id, f"MLflow must answer to {config.tracking.host}", stack)


def _vpc(assembly: Assembly, template: Template) -> dict[str, Any]:
    """The VPC of the load balancer's targets, in the form of a zone's association."""
    groups = [group for _, group in _all(template, "AWS::ElasticLoadBalancingV2::TargetGroup")]
    return {"VPCId": groups[0]["VpcId"] if groups else None, "VPCRegion": assembly.config.region}


def _all(template: Template, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] == kind:
            yield logical_id, resource.get("Properties", {})


def _finding(rule: str, logical_id: str, what: str, stack: str = _STACK) -> Finding:
    return Finding(ASSEMBLY, rule, f"{stack}/{logical_id}", what)

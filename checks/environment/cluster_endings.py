"""Clusters in a network without egress: no policy of EMR works there, so a function ends transient ones."""

import json
from collections.abc import Iterator

from checks.assembly import ASSEMBLY, Assembly
from checks.finding import Finding
from infra.names import PlatformNames, RolePurpose
from jobs.contracts.settings import SECTION

POLICIES, ORPHANS = "EMRPolicyUnreachable", "EMRIdleClustersEnd"
RULES = (POLICIES, ORPHANS)

_NEEDS_EGRESS = ("AutoTerminationPolicy", "ManagedScalingPolicy")


def cluster_findings(assembly: Assembly) -> Iterator[Finding]:
    """Yield EMR policies in templates and requests of DAGs that cannot work, and a missing end of idle clusters."""
    if assembly.config.network.has_egress:
        return
    for stack, template in assembly.templates.items():
        for logical_id, resource in template["Resources"].items():
            where, properties = f"{stack}/{logical_id}", resource.get("Properties", {})
            if resource["Type"] == "AWS::EMR::Cluster":
                yield from _policies(where, json.dumps(properties))
            if resource["Type"] == "AWS::MWAA::Environment":
                options = properties.get("AirflowConfigurationOptions", {})
                yield from _policies(where, json.dumps(options.get(f"{SECTION}.emr_job_flow")))
                if options.get(f"{SECTION}.emr_mode") == "transient" and not _is_scheduled(assembly):
                    what = "no rule runs a function that ends idle clusters, and EMR cannot end them itself"
                    yield Finding(ASSEMBLY, ORPHANS, where, what)


def _policies(where: str, text: str) -> Iterator[Finding]:
    for policy in _NEEDS_EGRESS:
        if policy in text:
            what = f"{policy} needs a public endpoint of API Gateway, which the network cannot reach"
            yield Finding(ASSEMBLY, POLICIES, where, what)


def _is_scheduled(assembly: Assembly) -> bool:
    name = PlatformNames.of(assembly.config).resource(RolePurpose.IDLE_CLUSTERS)
    rules = [
        resource["Properties"]
        for template in assembly.templates.values()
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Events::Rule"
    ]
    return any(
        rule.get("Name") == name
        and rule.get("Targets")
        and "ScheduleExpression" in rule
        and rule.get("State") != "DISABLED"
        for rule in rules
    )

"""Synthesizes the network stack of dev alone, in every network mode."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import cdk_nag

from infra.config.network_config import ImportedVpc, NetworkConfig
from infra.environments import DEV
from infra.security.permissions import CONFORMANCE_PACKS
from stacks.network_stack import NetworkStack
from stacks.synth import new_app

OPERATORS = "10.200.0.0/16"
IMPORTED = ImportedVpc(
    vpc_id="vpc-0123456789abcdef0",
    subnet_ids=("subnet-0123456789abcdef0", "subnet-0123456789abcdef1"),
    route_table_ids=("rtb-0123456789abcdef0",),
)
_ZONES = ("use1-az4", "use1-az1", "use1-az2")
_GIVEN = replace(IMPORTED, route_table_ids=(), has_endpoints=True, endpoint_cidr="10.99.0.0/16")

NETWORKS = {
    "isolated": DEV.network,
    "isolated in three zones": replace(DEV.network, availability_zones=_ZONES),
    "egress": replace(DEV.network, mode="egress", interface_endpoints=(), operator_cidrs=(OPERATORS,)),
    "egress in three zones": replace(DEV.network, mode="egress", availability_zones=_ZONES),
    "imported": replace(DEV.network, mode="imported", imported=IMPORTED),
    "imported with endpoints": replace(DEV.network, mode="imported", imported=_GIVEN),
}
PACKS = (
    cdk_nag.AwsSolutionsChecks,
    cdk_nag.NIST80053R5Checks,
    cdk_nag.HIPAASecurityChecks,
    cdk_nag.PCIDSS321Checks,
)
PACK_NAMES = {"AwsSolutions", *CONFORMANCE_PACKS}


@dataclass(frozen=True)
class Synthesized:
    """A template with the cdk-nag rules that it violates and those it suppresses."""

    template: dict[str, Any]
    violations: list[str]
    accepted: set[str]


def synthesized(network: NetworkConfig, folder: Path) -> Synthesized:
    """Synthesize the network stack with these settings and check it with all four cdk-nag packs."""
    app = new_app(folder)
    for pack in PACKS:
        cdk.Validations.of(app).add_plugins(pack(app))
    NetworkStack(app, config=replace(DEV, network=network))
    app.synth()
    written = json.loads((folder / "validation-report.json").read_text())["pluginReports"]
    reports = [report for report in written if report["pluginName"] in PACK_NAMES]
    violations = [violation["ruleName"] for report in reports for violation in report["violations"]]
    accepted = {item["ruleName"] for report in reports for item in report.get("suppressedViolations", [])}
    return Synthesized(json.loads((folder / "mlops-dev-network.template.json").read_text()), violations, accepted)

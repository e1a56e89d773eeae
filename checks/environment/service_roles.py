"""Each type of resource states which service-linked roles its first creation needs, and each of them is described."""

from collections.abc import Iterator

from checks.assembly import ASSEMBLY, Assembly
from checks.finding import Finding
from common.resource_types import ResourceType, resource_types
from common.service_roles import service_roles

STATED = "ServiceLinkedRolesStated"
RULES = (STATED,)

_NO_ROW = ResourceType()


def service_role_findings(assembly: Assembly) -> Iterator[Finding]:
    """Yield the resources of types whose service-linked roles are not stated, or not described."""
    rows, roles = resource_types(), service_roles()
    for stack, template in assembly.templates.items():
        for logical_id, resource in template["Resources"].items():
            services = rows.get(resource["Type"], _NO_ROW).service_linked_roles
            if services is None:
                what = f"state `service_linked_roles` of {resource['Type']} in checks/resource_types.toml, [] for none"
                yield Finding(ASSEMBLY, STATED, f"{stack}/{logical_id}", what)
            for service in sorted(set(services or ()) - roles.keys()):
                what = f"describe the role of {service} in checks/service_roles.toml"
                yield Finding(ASSEMBLY, STATED, f"{stack}/{logical_id}", what)

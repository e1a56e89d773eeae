"""Find physical names that a second environment of the same account would use too.

CloudFormation refuses a resource whose identifier exists. Every identifier that a template gives must therefore contain
the name of the environment; resources of which an account has one only are behind a setting
(checks/environment/opt_in.py). So are the log groups that services name.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import combinations
from typing import Any

from cfnlint.schema import ResourceNotFoundError
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from checks.assembly import ASSEMBLY, Assembly
from checks.finding import Finding
from checks.permissions.policies import UNRESOLVED, text
from common.resource_types import ResourceType, resource_types
from infra.names import PlatformNames
from jobs.contracts.workloads import WORKLOADS

SHARED = "SharedName"
RULES = (SHARED,)

_REGION = "us-east-1"
_NO_ROW = ResourceType()
_SERVICE_LOGS = {*PlatformNames.optimizer_log_groups(), *(each.log_group for each in WORKLOADS if each.log_group)}


def name_findings(assembly: Assembly) -> Iterator[Finding]:
    """Yield the resources whose given identifier does not contain the name of the environment."""
    environment = re.compile(rf"(?<![a-z0-9]){assembly.config.environment}(?![a-z0-9])", re.IGNORECASE)
    for (type_name, name), where in sorted(physical_names(assembly).items()):
        is_of_service = assembly.config.retention.service_logs and name in _SERVICE_LOGS
        if not is_of_service and not environment.search(name):
            what = (
                f"{type_name} {name!r} does not contain {assembly.config.environment!r}, so a second environment of "
                "the account could not create it"
            )
            yield Finding(ASSEMBLY, SHARED, where, what)


def collisions(assemblies: Iterable[Assembly]) -> Iterator[Finding]:
    """Yield the resources that two environments of one account and region would both create."""
    for first, second in combinations(assemblies, 2):
        one, other = first.config, second.config
        is_same_place = (one.account, one.region) == (other.account, other.region)
        if is_same_place and one.environment != other.environment:
            shared = physical_names(first).keys() & physical_names(second).keys()
            for type_name, name in sorted({*shared, *_single(first, second)}):
                what = f"{one.environment} and {other.environment} of account {one.account} would both create it"
                yield Finding(ASSEMBLY, SHARED, f"{type_name} {name}", what)


def physical_names(assembly: Assembly) -> dict[tuple[str, str], str]:
    """Return `stack/logical id` by type and identifier, for identifiers that the templates give as text."""
    names = {}
    for stack, template in assembly.templates.items():
        for logical_id, resource in template["Resources"].items():
            name = _identifier(resource["Type"], resource.get("Properties", {}))
            if name is not None and resource_types().get(resource["Type"], _NO_ROW).limit != 1:
                names[resource["Type"], name] = f"{stack}/{logical_id}"
    return names


def _single(first: Assembly, second: Assembly) -> Iterator[tuple[str, str]]:
    """Yield the types of which an account has one only and both environments create one."""
    types = [
        {resource["Type"] for template in assembly.templates.values() for resource in template["Resources"].values()}
        for assembly in (first, second)
    ]
    for type_name in types[0] & types[1]:
        if resource_types().get(type_name, _NO_ROW).limit == 1:
            yield type_name, "(one per account)"


def _identifier(type_name: str, properties: Mapping[str, Any]) -> str | None:
    """Return the parts of the identifier, or None if AWS generates it; a part may be in a property of another form."""
    parts = [_value(properties, path) for path in _identifier_paths(type_name)]
    if None in parts or not parts:
        named = resource_types().get(type_name, _NO_ROW).name_property
        parts = [*parts, *([_value(properties, named)] if named else [])]
    # The id of the account, as the catalog of Glue, distinguishes nothing within the account.
    given = [name for part in parts if part is not None and not (name := text(part)).isdigit()]
    return " ".join(given) if given and not any(UNRESOLVED in part for part in given) else None


def _value(properties: Any, path: str) -> Any:
    for name in path.split("/"):
        properties = properties.get(name) if isinstance(properties, dict) else None
    return properties


@cache
def _identifier_paths(type_name: str) -> tuple[str, ...]:
    try:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(_REGION, type_name).schema
    except ResourceNotFoundError:
        return ()
    return tuple(path.removeprefix("/properties/") for path in schema.get("primaryIdentifier", ()))

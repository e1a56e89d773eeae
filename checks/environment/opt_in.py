"""Resources and properties that a fresh account may refuse appear only where a setting asks for them."""

from collections.abc import Iterator

from checks.assembly import ASSEMBLY, Assembly
from checks.finding import Finding
from common.resource_types import ResourceType, resource_types
from infra.config.platform_config import PlatformConfig

PROPERTY, RESOURCE = "PropertyOptIn", "ResourceOptIn"
RULES = (PROPERTY, RESOURCE)

_NO_ROW = ResourceType()


def opt_in_findings(assembly: Assembly) -> Iterator[Finding]:
    """Yield the resources and properties whose row names a setting that is off, and single resources without one."""
    rows = resource_types()
    for stack, template in assembly.templates.items():
        for logical_id, resource in template["Resources"].items():
            where, row = f"{stack}/{logical_id}", rows.get(resource["Type"], _NO_ROW)
            if row.limit == 1 and not row.setting:
                what = f"name the setting that asks for {resource['Type']} in checks/resource_types.toml"
                yield Finding(ASSEMBLY, RESOURCE, where, what)
            elif row.setting and not is_on(assembly.config, row.setting):
                what = f"{row.setting} is off, so {resource['Type']} must be absent: the account may have the only one"
                yield Finding(ASSEMBLY, RESOURCE, where, what)
            for name in sorted(row.optional.keys() & resource.get("Properties", {}).keys()):
                if not is_on(assembly.config, row.optional[name]):
                    what = f"{row.optional[name]} is off, so {name} must be absent: a new account rejects it"
                    yield Finding(ASSEMBLY, PROPERTY, where, what)


def is_on(config: PlatformConfig, setting: str) -> bool:
    """Return whether the setting, such as `lake.encrypt_catalog`, has another value than None and False."""
    value: object = config
    for name in setting.split("."):
        value = None if value is None else getattr(value, name)
    return value is not None and value is not False

"""Facts about each CloudFormation resource type of the platform, read from `checks/resource_types.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from common.errors import PlatformError
from common.paths import REPOSITORY

RESOURCE_TYPES_FILE = REPOSITORY / "checks" / "resource_types.toml"


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """The facts about one type; the comments of the file explain each field."""

    stateful: str = ""
    teardown: tuple[str, ...] = ()
    retained: str = ""
    emulated: bool = True
    not_emulated_with: tuple[str, ...] = ()
    not_emulated_attributes: tuple[str, ...] = ()
    limit: int | None = None
    setting: str = ""
    optional: Mapping[str, str] = field(default_factory=dict)
    service_linked_roles: tuple[str, ...] | None = None
    name_property: str = ""
    id_prefix: str = ""
    arn: str = ""
    ref_is_arn: bool = False


@cache
def resource_types() -> Mapping[str, ResourceType]:
    """Return the facts by name of the type; raises PlatformError if a row of the file has an unknown field."""
    return {name: _row(name, fields) for name, fields in tomllib.loads(RESOURCE_TYPES_FILE.read_text()).items()}


def _row(name: str, fields: Mapping[str, object]) -> ResourceType:
    values = {field: tuple(value) if isinstance(value, list) else value for field, value in fields.items()}
    try:
        return ResourceType(**values)  # type: ignore[arg-type]
    except TypeError as error:
        raise PlatformError(f"{RESOURCE_TYPES_FILE.name}: row {name}: {error}") from error

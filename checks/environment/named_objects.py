"""Find objects in S3 that a resource or request names although nothing puts them there before they are read.

A URI in a bucket of the platform names an asset of the deployment, an object of `infra/first_objects.py`, or a place
that the platform itself writes. Only the last kind may name a folder without an object in it.
"""

import re
from collections.abc import Iterator
from typing import Any

from checks.assembly import ASSEMBLY, Assembly
from checks.finding import Finding
from checks.permissions.policies import text
from infra.first_objects import UPLOADED_FOLDERS, first_objects
from infra.names import PlatformNames
from jobs.contracts.tables import Zone

OBJECT = "NamedObject"
RULES = (OBJECT,)

_URI = re.compile(r"s3://([a-z0-9.-]+)/([^\s\"',\\|]+)")
#: Properties that hold a key of the bucket of assets instead of a URI.
_ASSET_KEYS = {"DagS3Path", "RequirementsS3Path", "S3Key", "StartupScriptS3Path"}


def named_object_findings(assembly: Assembly) -> Iterator[Finding]:
    """Yield the objects and folders that are neither assets nor listed nor written by the platform."""
    names = PlatformNames.of(assembly.config)
    first = [each.uri for each in first_objects(assembly.config)]
    buckets = {names.bucket(zone) for zone in Zone}
    for stack, template in assembly.templates.items():
        for logical_id, resource in template["Resources"].items():
            for bucket, key in _keys(resource.get("Properties", {}), names.assets_bucket):
                uri = f"s3://{bucket}/{key}"
                is_asset = bucket == names.assets_bucket and _is_among(key, assembly.files)
                is_written = bucket in buckets and _is_folder_of_the_platform(key)
                is_other = bucket not in buckets and bucket != names.assets_bucket
                if not (is_asset or is_written or is_other or _is_among(uri, first)):
                    what = f"{uri} is no asset, and infra/first_objects.py does not say who puts it there"
                    yield Finding(ASSEMBLY, OBJECT, f"{stack}/{logical_id}", what)


def _keys(value: Any, assets_bucket: str) -> Iterator[tuple[str, str]]:
    """Yield the bucket and key of every object that a property names."""
    if isinstance(value, dict) and "Fn::Join" in value:
        value = text(value)
    if isinstance(value, str):
        yield from _URI.findall(value)
    elif isinstance(value, list):
        for item in value:
            yield from _keys(item, assets_bucket)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in _ASSET_KEYS and isinstance(item, str):
                yield assets_bucket, item
            else:
                yield from _keys(item, assets_bucket)


def _is_among(name: str, objects: frozenset[str] | list[str]) -> bool:
    """Return whether an object has this name, or lies in a folder of this name."""
    return name in objects or (name.endswith("/") and any(each.startswith(name) for each in objects))


def _is_folder_of_the_platform(key: str) -> bool:
    """Return whether the key is a folder, into which the platform writes before it reads."""
    parts = key.rstrip("/").split("/")
    return "." not in parts[-1] and parts[0] not in UPLOADED_FOLDERS

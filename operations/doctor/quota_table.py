"""The codes of Service Quotas, and the number of vCPUs that EC2 counts for an instance type."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from infra.config.emr_releases import family_of

_FILE = Path(__file__).with_name("quotas.toml")
_VCPUS = {"medium": 1, "large": 2, "xlarge": 4, "metal": 64}
_X_FAMILY = re.compile(r"x\d")


@dataclass(frozen=True, kw_only=True)
class Quota:
    """A quota of an account and region; `code` is empty for an instance type that the table does not have."""

    service: str
    code: str
    name: str


@cache
def quota(name: str) -> Quota:
    """Return the quota with a name of the table."""
    return Quota(**_table()["quotas"][name])


def instance_quota(instance_type: str, use: str) -> Quota:
    """Return SageMaker's quota of an instance type for `training`, `spot-training`, `processing` or `transform`."""
    code = _table()["sagemaker"].get(instance_type, {}).get(use, "")
    return Quota(service="sagemaker", code=code, name=f"{instance_type} for {use.replace('-', ' ')} job usage")


def vcpu_quota(instance_type: str, *, is_spot: bool) -> Quota:
    """Return the vCPU quota that an instance of EC2 counts against."""
    family = "x" if _X_FAMILY.match(family_of(instance_type)) else "standard"
    return quota(f"ec2-{'spot' if is_spot else 'on-demand'}-{family}")


def vcpus(instance_type: str) -> int:
    """Return the vCPUs of a Graviton type: 1 for medium, 2 for large, and four times the factor of each xlarge."""
    size = instance_type.rpartition(".")[2]
    factor = re.fullmatch(r"(\d+)xlarge", size)
    return 4 * int(factor.group(1)) if factor else _VCPUS[size]


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(_FILE.read_text())

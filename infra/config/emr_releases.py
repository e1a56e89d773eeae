"""The Graviton instance families that each EMR release supports.

Source: the per-release instance tables of moto 5.2.5 (`moto/emr/resources/instance-types-<release>.json.gz`), which
copy EMR's ListSupportedInstanceTypes; read on 2026-11-23. Releases of the `emr-spark-8` line are intentionally
missing: they contain Spark 4, and the Feature Store connector supports Spark 3.1 to 3.5 only.
"""

import re

_BASE = {
    "c6g", "c6gd", "c6gn", "c7g", "c7gd", "c7gn", "c8g", "i4g", "i8g", "im4gn", "is4gen",
    "m6g", "m6gd", "m7g", "m7gd", "m8g", "r6g", "r6gd", "r7g", "r7gd", "r8g", "r8gb", "r8gn", "x2gd", "x8g",
}  # fmt: skip
_FROM_7_0 = frozenset(_BASE)
_FROM_7_1 = _FROM_7_0 | {"c8gd", "m8gd", "r8gd"}
_FROM_7_9 = _FROM_7_1 | {"c8gn"}

GRAVITON_FAMILIES: dict[str, frozenset[str]] = {
    "emr-6.15.0": _FROM_7_9,
    "emr-7.0.0": _FROM_7_0,
    **{f"emr-7.{minor}.0": _FROM_7_1 for minor in range(1, 9)},
    **{f"emr-7.{minor}.0": _FROM_7_9 for minor in range(9, 15)},
}

_GRAVITON = re.compile(r"[a-z]+\d+g[a-z]*|im4gn|is4gen")


def family_of(instance_type: str) -> str:
    """The family of an EC2 or SageMaker instance type: `m7g` of `m7g.xlarge` and of `ml.m7g.xlarge`."""
    return instance_type.removeprefix("ml.").split(".")[0]


def is_graviton(instance_type: str) -> bool:
    """Whether the instance type has an arm64 Graviton processor (`g5` and `g4dn` are GPUs, `g5g` is Graviton)."""
    return _GRAVITON.fullmatch(family_of(instance_type)) is not None

import gzip
import json
from pathlib import Path

import moto.emr
import pytest

from infra.config.emr_releases import GRAVITON_FAMILIES, family_of, is_graviton

RESOURCES = Path(moto.emr.__file__).parent / "resources"


@pytest.mark.parametrize("release", sorted(GRAVITON_FAMILIES))
def test_the_table_equals_its_source(release: str) -> None:
    packed = (RESOURCES / f"instance-types-{release}.json.gz").read_bytes()
    types = json.loads(gzip.decompress(packed))
    # EMR has no Graviton GPU family; `g` and `p` families are x86 with GPUs.
    families = {family_of(name) for name in types if is_graviton(name) and not name.startswith(("g", "p"))}
    assert families == GRAVITON_FAMILIES[release]


@pytest.mark.parametrize(
    ("instance_type", "expected"),
    [
        ("m7g.xlarge", True),
        ("ml.c6gd.large", True),
        ("im4gn.xlarge", True),
        ("g5g.xlarge", True),
        ("g5.xlarge", False),
        ("g4dn.xlarge", False),
        ("m5.xlarge", False),
        ("ml.m6i.xlarge", False),
    ],
)
def test_graviton_is_told_by_the_family(instance_type: str, expected: bool) -> None:
    assert is_graviton(instance_type) is expected

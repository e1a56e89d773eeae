"""The Airflow environment of this repository has the versions of the MWAA image."""

import re
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[3]
#: Parts of the apache-airflow release itself; the image's list names the release only.
RELEASE = {"apache-airflow-core": "3.0.6", "apache-airflow-task-sdk": "1.0.6"}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pins(name: str) -> dict[str, str]:
    """The versions that a requirements file pins on this machine, by package."""
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    pinned = [Requirement(line.rstrip(" \\")) for line in lines if "==" in line and not line.startswith("#")]
    return {
        _normal(each.name): next(iter(each.specifier)).version
        for each in pinned
        if each.marker is None or each.marker.evaluate()
    }


def test_the_local_airflow_has_the_versions_of_the_mwaa_image() -> None:
    image, local = _pins("mwaa-3.0.6.txt") | RELEASE, _pins("local-airflow.txt")
    different = {name: (version, image.get(name)) for name, version in local.items() if image.get(name) != version}
    assert not different, f"local-airflow.txt differs from the MWAA image (local, image): {different}"
    assert len(local) > 100

"""The Airflow environment of this repository has the versions of the default MWAA image."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from infra.config.service_config import AIRFLOW_VERSIONS, DEFAULT_AIRFLOW_VERSION

ROOT = Path(__file__).parents[3]
#: Parts of the apache-airflow release itself; the image's constraints name the release only.
RELEASE = {"apache-airflow-core", "apache-airflow-task-sdk"}


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
    version = DEFAULT_AIRFLOW_VERSION
    installed, local = _pins(f"mwaa-{version}-installed.txt"), _pins("local-airflow.txt")
    image = _pins(f"mwaa-{version}.txt") | {name: installed[name] for name in RELEASE}
    assert local["apache-airflow"] == version
    different = {name: (version, image.get(name)) for name, version in local.items() if image.get(name) != version}
    assert not different, f"local-airflow.txt differs from the MWAA image (local, image): {different}"
    assert len(local) > 100


@pytest.mark.parametrize("version", AIRFLOW_VERSIONS)
def test_the_pins_of_an_image_agree_with_what_it_holds(version: str) -> None:
    pinned, installed = _pins(f"mwaa-{version}.txt"), _pins(f"mwaa-{version}-installed.txt")
    assert pinned["apache-airflow"] == installed["apache-airflow"] == installed["apache-airflow-core"] == version
    different = {name for name in pinned.keys() & installed.keys() if pinned[name] != installed[name]}
    assert not different
    assert {"apache-airflow-providers-amazon", "aiobotocore", "statsd"} <= installed.keys()

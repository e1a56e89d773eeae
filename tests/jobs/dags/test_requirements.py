"""The Airflow environment of this repository has the versions of the MWAA image."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.markers import Marker

ROOT = Path(__file__).parents[3]
FORK = {"extra": "group-14-mlops-platform-airflow"}
#: Parts of the apache-airflow release itself; the image's lists name the release only.
RELEASE = {"apache-airflow-core": "3.0.6", "apache-airflow-task-sdk": "1.0.6"}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _image_pins() -> dict[str, str]:
    lines = (ROOT / "requirements/mwaa-3.0.6.txt").read_text().splitlines()
    pins = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {_normal(name): version for name, version in pins} | RELEASE


def _locked() -> dict[str, str]:
    """What `uv sync --only-group airflow` installs, walked from the lock file."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    versions: dict[str, dict[str, Any]] = {}
    for package in packages:
        versions.setdefault(package["name"], {})[package["version"]] = package

    found: dict[str, str] = {}
    waiting = list(next(iter(versions["mlops-platform"].values()))["dev-dependencies"]["airflow"])
    while waiting:
        dependency = waiting.pop()
        if "marker" in dependency and not Marker(dependency["marker"]).evaluate(FORK):
            continue
        version = dependency.get("version") or next(iter(versions[dependency["name"]]))
        package = versions[dependency["name"]][version]
        if dependency["name"] not in found:
            waiting += package.get("dependencies", [])
        found[dependency["name"]] = version
        waiting += _extras(dependency, package)
    return found


def _extras(dependency: dict[str, Any], package: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for extra in dependency.get("extra", []):
        yield from package.get("optional-dependencies", {}).get(extra, [])


def test_lock_has_the_versions_of_the_mwaa_image() -> None:
    pins, locked = _image_pins(), _locked()
    different = {name: (version, pins.get(name)) for name, version in locked.items() if pins.get(name) != version}
    assert not different, f"uv.lock differs from the MWAA image (locked, image): {different}"
    assert len(locked) > 100


def test_the_airflow_group_asks_for_the_versions_of_the_mwaa_image() -> None:
    group = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]["airflow"]
    asked = dict(re.sub(r"\[.*?\]", "", requirement).split("==") for requirement in group)
    pins = _image_pins()
    assert {name: version for name, version in asked.items() if pins.get(_normal(name)) != version} == {}

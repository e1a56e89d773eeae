"""The bundle: downloaded for the image, packed, and installed again where there is no index."""

import hashlib
import subprocess
import zipfile
from pathlib import Path

import pytest

from common.errors import PlatformError
from common.paths import REPOSITORY
from infra.orchestration.airflow_bundle import read_bundle
from operations.airflow_bundle import build_bundle, pack, require_tags
from operations.airflow_requirements import airflow_files
from tests.operations.wheels import add_wheel, use_index

#: A package with a wheel per platform.
LOCKED = {"markupsafe==3.0.3": "d6dd0be5b5b189d31db7cda48b91d7e0a9795f31430b7f271219ab30f1d3ac9d"}
UV = REPOSITORY / ".venv" / "tools" / "bin" / "uv"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Requirements for an image that holds `core`, of a DAG that also needs `addon`, with the bundle built."""
    (tmp_path / "airflow-1.0.in").write_text("addon\n")
    (tmp_path / "mwaa-1.0.txt").write_text("core==1.0\n")
    (tmp_path / "mwaa-1.0-installed.txt").write_text("core==1.0\n")
    index = tmp_path / "index"
    index.mkdir()
    add_wheel(index, "core", "1.0")
    add_wheel(index, "addon", "3.1", "core")
    use_index(monkeypatch, index)
    for name, text in airflow_files("1.0", tmp_path).items():
        (tmp_path / name).write_text(text)
    build_bundle(tmp_path / "airflow-1.0-bundle.txt", tmp_path / "bundle.zip")
    return tmp_path


def test_the_bundle_is_what_its_lock_says_and_holds_only_what_the_image_lacks(folder: Path) -> None:
    assert read_bundle(folder / "airflow-1.0-bundle.txt", folder / "bundle.zip")
    with zipfile.ZipFile(folder / "bundle.zip") as content:
        assert content.namelist() == ["addon-3.1-py3-none-any.whl"]


def test_the_bundle_and_the_image_install_without_an_index(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for tool in ("UV", "PIP"):
        monkeypatch.delenv(f"{tool}_FIND_LINKS")
    with zipfile.ZipFile(folder / "bundle.zip") as content:
        content.extractall(folder / "plugins")
    text = (folder / "airflow-1.0.txt").read_text().replace("/usr/local/airflow/plugins", str(folder / "plugins"))
    here = text.replace("/usr/local/airflow/dags/constraints-1.0.txt", str(folder / "mwaa-1.0.txt"))
    (folder / "requirements.txt").write_text(here)
    image = folder / "image"
    assert run(UV, "venv", "--quiet", image).returncode == 0
    alone = run(UV, "pip", "install", "--python", image, "--requirement", folder / "requirements.txt")
    assert "core was not found" in alone.stderr
    in_image = run(UV, "pip", "install", "--python", image, folder / "index" / "core-1.0-py3-none-any.whl")
    assert in_image.returncode == 0, in_image.stderr
    done = run(UV, "pip", "install", "--python", image, "--requirement", folder / "requirements.txt")
    assert done.returncode == 0, done.stderr
    assert run(UV, "pip", "freeze", "--python", image).stdout.splitlines()[0] == "addon==3.1"


def test_a_wheel_is_downloaded_for_the_image_and_not_for_this_machine(tmp_path: Path) -> None:
    pins = "".join(f"{pin} --hash=sha256:{digest}\n" for pin, digest in LOCKED.items())
    (tmp_path / "lock.txt").write_text(pins)
    assert build_bundle(tmp_path / "lock.txt", tmp_path / "bundle.zip") == [
        "markupsafe-3.0.3-cp312-cp312-manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_28_x86_64.whl"
    ]


def run(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)


def test_equal_wheels_make_equal_bytes(tmp_path: Path) -> None:
    wheels = [tmp_path / "b.whl", tmp_path / "a.whl"]
    digests = set()
    for order in (wheels, wheels[::-1]):
        for wheel in order:
            wheel.write_bytes(wheel.name.encode())
        pack(order, tmp_path / "bundle.zip")
        digests.add(hashlib.sha256((tmp_path / "bundle.zip").read_bytes()).hexdigest())
    assert len(digests) == 1


def test_an_image_that_lacks_nothing_leaves_no_bundle(tmp_path: Path) -> None:
    (tmp_path / "lock.txt").write_text("")
    (tmp_path / "bundle.zip").write_bytes(b"of an earlier release")
    assert build_bundle(tmp_path / "lock.txt", tmp_path / "bundle.zip") == []
    assert not (tmp_path / "bundle.zip").exists()


@pytest.mark.parametrize(
    ("pin", "told"),
    [
        ("core==1.0", "THESE PACKAGES DO NOT MATCH THE HASHES"),
        ("core==9.9", "No matching distribution found for core==9.9"),
        ("arm==1.0", "No matching distribution found for arm==1.0"),
    ],
)
def test_a_download_that_fails_fails_the_build(
    pin: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_wheel(tmp_path, "core", "1.0")
    add_wheel(tmp_path, "arm", "1.0", tag="cp312-cp312-manylinux_2_28_aarch64")
    use_index(monkeypatch, tmp_path)
    (tmp_path / "lock.txt").write_text(f"{pin} --hash=sha256:{'0' * 64}\n")
    with pytest.raises(PlatformError, match=f"(?s)downloading the wheels of lock.txt failed: .*{told}"):
        build_bundle(tmp_path / "lock.txt", tmp_path / "bundle.zip")
    assert not (tmp_path / "bundle.zip").exists()


def test_a_locked_airflow_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lock.txt").write_text(f"apache-airflow==3.1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(PlatformError, match=r"received \['apache-airflow==3.1.0'\]"):
        build_bundle(tmp_path / "lock.txt", tmp_path / "bundle.zip")


@pytest.mark.parametrize(
    "name",
    [
        "numpy-2.3.5-cp312-cp312-manylinux_2_27_aarch64.whl",
        "numpy-2.3.5-cp311-cp311-manylinux_2_28_x86_64.whl",
        "numpy-2.3.5-cp312-cp312-macosx_14_0_arm64.whl",
        "six-1.17.0.tar.gz",
    ],
)
def test_a_file_that_the_image_cannot_install_is_refused(name: str) -> None:
    with pytest.raises(PlatformError, match=r"allowed are wheels for Python 3\.12"):
        require_tags([name])


def test_wheels_for_the_image_are_taken() -> None:
    platforms = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64.manylinux2014_x86_64")
    require_tags(["six-1.17.0-py2.py3-none-any.whl", *(f"numpy-2.3.5-cp312-cp312-{each}.whl" for each in platforms)])
    require_tags(["cryptography-42.0.8-cp39-abi3-manylinux_2_28_x86_64.whl"])

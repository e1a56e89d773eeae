import hashlib
import zipfile
from pathlib import Path

import pytest

from infra.config.validation import ConfigError
from infra.orchestration.airflow_bundle import locked_hashes, read_bundle

HASH = hashlib.sha256(b"wheel").hexdigest()
LOCK = f"# a comment\ntiny==1.0 \\\n    --hash=sha256:{HASH} \\\n    --hash=sha256:{'0' * 64}\n"


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "bundle.txt"
    path.write_text(LOCK)
    return path


def archive(folder: Path, **wheels: bytes) -> Path:
    path = folder / "bundle.zip"
    with zipfile.ZipFile(path, "w") as content:
        for name, body in wheels.items():
            content.writestr(f"{name}.whl", body)
    return path


def test_a_lock_lists_the_hashes_of_each_pin() -> None:
    assert locked_hashes(LOCK) == {"tiny==1.0": {HASH, "0" * 64}}
    assert locked_hashes("# nothing\n\n") == {}


def test_an_image_that_lacks_nothing_needs_no_bundle(tmp_path: Path) -> None:
    (tmp_path / "bundle.txt").write_text("")
    assert read_bundle(tmp_path / "bundle.txt", tmp_path / "bundle.zip") is None


def test_a_bundle_is_read_as_it_was_built(lock: Path, tmp_path: Path) -> None:
    path = archive(tmp_path, tiny=b"wheel")
    assert read_bundle(lock, path) == path.read_bytes()


def test_a_bundle_that_was_not_built_is_missed(lock: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"bundle.zip: received 'no such file'.*python -m cli airflow-bundle"):
        read_bundle(lock, tmp_path / "bundle.zip")


@pytest.mark.parametrize(
    ("wheels", "told"),
    [
        ({"tiny": b"wheel", "other": b"else"}, r"unknown \['other.whl'\], missing \[\]"),
        ({"tiny": b"tampered"}, r"unknown \['tiny.whl'\], missing \['tiny==1.0'\]"),
        ({}, r"unknown \[\], missing \['tiny==1.0'\]"),
    ],
)
def test_a_bundle_that_is_not_what_was_locked_is_refused(
    wheels: dict[str, bytes], told: str, lock: Path, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=told):
        read_bundle(lock, archive(tmp_path, **wheels))

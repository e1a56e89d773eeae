from pathlib import Path

import pytest

from common.errors import PlatformError
from common.paths import REPOSITORY, StatePaths


@pytest.mark.parametrize("value", [None, ""])
def test_without_a_state_folder_the_checkout_has_one(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLATFORM_STATE", raising=False)
    if value is not None:
        monkeypatch.setenv("PLATFORM_STATE", value)

    assert StatePaths.default().root == REPOSITORY / ".platform"


def test_a_state_folder_is_created(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATFORM_STATE", str(tmp_path / "my state"))

    assert StatePaths.default().root.is_dir()


def test_a_state_folder_that_cannot_be_created_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("PLATFORM_STATE", str(file / "state"))

    with pytest.raises(PlatformError, match=r"cannot be created \(Not a directory\); set PLATFORM_STATE to a folder"):
        StatePaths.default()

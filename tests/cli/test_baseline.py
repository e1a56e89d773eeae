import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from cli.baseline import update_baselines
from common.paths import REPOSITORY


def test_each_number_is_printed_with_its_noun(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = REPOSITORY / "checks" / "baselines"

    def identities() -> dict[Path, int]:
        return {folder / "dev.json": 63}

    updates = SimpleNamespace(
        update_schema_baselines=lambda: {folder / "groups.json": 1},
        update_field_id_baselines=lambda: {folder / "ids.json": 14},
        update_identity_baselines=identities,
    )
    monkeypatch.setitem(sys.modules, "checks.baselines.update", updates)
    console = Console(file=io.StringIO(), width=200)

    update_baselines(console)

    assert console.file.getvalue().splitlines() == [  # type: ignore[attr-defined]
        "checks/baselines/groups.json: 1 feature group",
        "checks/baselines/ids.json: 14 tables",
        "checks/baselines/dev.json: 63 stateful resources",
    ]

"""One undisturbed run of the whole lifecycle on three months of the real data, shared by the tests of this folder."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from common.paths import REPOSITORY

#: Three months: one to learn from, one to choose by, one held out. Small, but every step does its real work.
SMALL = ("--first-month", "2013-04", "--last-month", "2013-06", "--test-months", "1", "--trials", "2")


@dataclass(frozen=True)
class FinishedRun:
    """A run of `platform run` and where its state lies."""

    state: Path
    summary: dict[str, Any]


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "cli", "run", *SMALL, *arguments]


def environment(state: Path) -> dict[str, str]:
    return {**os.environ, "PLATFORM_STATE": str(state)}


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> FinishedRun:
    state = tmp_path_factory.mktemp("undisturbed")
    done = subprocess.run(
        command("--json"), cwd=REPOSITORY, env=environment(state), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return FinishedRun(state, json.loads(done.stdout))

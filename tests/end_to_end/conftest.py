"""Runs the whole lifecycle once on three months of real data, without interruption, for the tests of this folder."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from common.paths import REPOSITORY

#: Three months: one each for training, tuning and evaluation. Small, but every step runs.
_MONTHS = ("--first", "2013-04", "--last", "2013-06", "--validation", "1", "--test", "1")
SMALL = ("flight_delay", *_MONTHS, "--trials", "2")


@dataclass(frozen=True)
class FinishedRun:
    """The state folder and the JSON summary of a finished `platform run`."""

    state: Path
    summary: dict[str, Any]


def command(*arguments: str) -> list[str]:
    """Return the command line of a small run."""
    return [sys.executable, "-m", "cli", "run", *SMALL, *arguments]


def environment(state: Path) -> dict[str, str]:
    """Return the process environment of a run whose state is in `state`."""
    return {**os.environ, "PLATFORM_STATE": str(state)}


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> FinishedRun:
    state = tmp_path_factory.mktemp("undisturbed")
    done = subprocess.run(
        command("--json"), cwd=REPOSITORY, env=environment(state), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return FinishedRun(state, json.loads(done.stdout))

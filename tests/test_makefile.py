"""What the Make targets run, whatever the user's shell has set."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from common.paths import REPOSITORY
from tests.common.hostile_variables import hostile_variables

EXPORTED = {
    "ENV": "prod",
    "BASE": "nothing",
    "OPTIONS": "--yes",
    "PYTHON": "/nowhere/python",
    "WORKERS": "many",
    "PIPELINE": "nothing",
    "NAME": "nothing",
    "QUERY": "nothing",
    "MAIN": "/nowhere/python",
}


def recipe(target: str, *arguments: str, variables: dict[str, str] | None = None) -> str:
    """Return the last command of a target without running it or the set-up."""
    done = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", "--assume-old=.venv/ready", target, *arguments],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], **(variables or {})},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize(
    "target", ["run", "sql", "new", "check-pipeline", "reset", "deploy", "diff-templates", "test-unit", "synth"]
)
def test_exported_variables_of_the_same_name_are_no_arguments(target: str, tmp_path: Path) -> None:
    assert recipe(target, variables={**hostile_variables(tmp_path), **EXPORTED}) == recipe(target)


def test_arguments_of_make_are_passed_on() -> None:
    assert recipe("deploy", "ENV=prod", "OPTIONS=--only data").endswith("deploy prod --only data")
    assert recipe("run", "PIPELINE=demand").rstrip().endswith("run demand")


def test_no_python_of_a_recipe_reads_its_variables() -> None:
    text = (REPOSITORY / "Makefile").read_text()

    uses = [line for line in text.splitlines() if re.search(r"\$\((MAIN|PYTHON)\) -[mc]", line)]
    assert uses
    assert [line for line in uses if "$(SETUP) $(" not in line and "$(SETUP) env " not in line] == []


def test_what_the_set_up_downloads_with_is_started_in_its_environment() -> None:
    text = (REPOSITORY / "Makefile").read_text()

    programs = [line for line in text.splitlines() if ".venv/tools/bin/" in line and "test -x" not in line]
    assert len(programs) > 5
    assert all("$(SETUP) .venv/tools/bin/" in line for line in programs)

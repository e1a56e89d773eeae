"""The entry point of jobs, called as each engine calls it."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobs import main as entry

REPOSITORY = Path(__file__).parents[2]


def called(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jobs.main", *words]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "words",
    [
        ("jobs.spark.arguments", "--help"),
        ("--JOB_NAME", "mlops-dev-publish", "--job_command", "jobs.spark.arguments --help", "--JOB_RUN_ID", "jr_1"),
    ],
    ids=["spark-submit", "glue"],
)
def test_a_module_runs_whatever_engine_starts_it(words: tuple[str, ...]) -> None:
    done = called(*words)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("words", [(), ("os",), ("--job_command",), ("--job_command", "os.system")])
def test_anything_else_is_refused_with_one_sentence(words: tuple[str, ...]) -> None:
    done = called(*words)
    assert done.returncode == 1
    assert done.stderr.startswith("usage: main.py jobs.<package>.<module> [arguments]; received")


OLD = (3, 9, 25)


def test_it_can_be_read_by_the_default_python_of_every_engine() -> None:
    tree = ast.parse((REPOSITORY / "jobs" / "main.py").read_text(), feature_version=OLD[:2])
    assert not [node for node in tree.body if isinstance(node, ast.ImportFrom)], "code of jobs needs a newer one"


def test_an_older_python_starts_it_again_under_one_that_jobs_can_use(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    newer = tmp_path / "python3.12"
    newer.symlink_to(sys.executable)
    started: list[list[str]] = []

    def start(path: str, arguments: list[str]) -> None:
        started.append([path, *arguments])
        raise SystemExit

    monkeypatch.setattr(entry, "_PYTHONS", (str(tmp_path / "python3.11"), str(newer)))
    monkeypatch.setattr(sys, "version_info", OLD)
    monkeypatch.setattr(sys, "argv", ["main.py", "jobs.spark.arguments", "--help"])
    monkeypatch.setattr(os, "execv", start)
    monkeypatch.setenv("PYSPARK_PYTHON", "python3")
    with pytest.raises(SystemExit):
        entry.main()
    assert started == [[str(newer), str(newer), "main.py", "jobs.spark.arguments", "--help"]]
    assert os.environ["PYSPARK_PYTHON"] == str(newer)


def test_without_a_python_for_jobs_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(entry, "_PYTHONS", (str(tmp_path / "python3.11"),))
    monkeypatch.setattr(sys, "version_info", OLD)
    with pytest.raises(SystemExit, match=r"jobs need 3\.11 or newer, and .* do not exist here; choose another engine"):
        entry.main()

"""The entry point of jobs, called as each engine calls it."""

import subprocess
import sys
from pathlib import Path

import pytest

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

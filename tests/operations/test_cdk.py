import json
import sys
from pathlib import Path

import pytest

from operations import cdk
from operations.cdk import run_cdk


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a stand-in for the command line writes what it was asked; it ends as the real one does on failure."""
    script, asked = tmp_path / "cdk.py", tmp_path / "asked.json"
    script.write_text(f"import json, sys\nopen({str(asked)!r}, 'w').write(json.dumps(sys.argv[1:]))\nsys.exit(3)\n")
    monkeypatch.setattr(cdk, "cdk_command", lambda: [sys.executable, str(script)])
    return asked


def test_a_deployment_starts_every_stack_as_soon_as_it_can(words: Path) -> None:
    assert run_cdk("deploy", "dev", []) == 3
    usual = ["--concurrency", "12", "--require-approval", "never"]
    assert json.loads(words.read_text()) == ["deploy", "--all", "--context", "environment=dev", *usual]


def test_a_caller_may_say_otherwise(words: Path) -> None:
    run_cdk("deploy", "dev", ["--concurrency", "1", "--require-approval", "broadening"])
    asked = json.loads(words.read_text())
    assert asked[4:] == ["--concurrency", "1", "--require-approval", "broadening"]


def test_other_actions_are_given_nothing(words: Path) -> None:
    run_cdk("diff", "prod", ["--quiet"])
    assert json.loads(words.read_text()) == ["diff", "--all", "--context", "environment=prod", "--quiet"]

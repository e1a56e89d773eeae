import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from infra.environments import DEV
from operations import cdk, deployment
from operations.teardown.account import Account


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a stand-in for the command line writes what it was asked."""
    script, words = tmp_path / "cdk.py", tmp_path / "asked.json"
    script.write_text(f"import json, sys\nopen({str(words)!r}, 'w').write(json.dumps(sys.argv[1:]))\n")
    monkeypatch.setattr(cdk, "cdk_command", lambda: [sys.executable, str(script)])
    monkeypatch.setattr(deployment, "deployment_account", lambda _: None)
    return words


def test_what_a_failed_creation_left_is_cleared_before_the_deployment(
    asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cleared(_: Account) -> Iterator[str]:
        assert not asked.exists()
        yield "mlops-dev-data: termination protection is off"

    monkeypatch.setattr(deployment, "clear_failed_creations", cleared)
    console = Console(record=True)
    assert deployment.deploy(DEV, [], console) == 0
    assert json.loads(asked.read_text())[:2] == ["deploy", "--all"]
    assert "mlops-dev-data: termination protection is off" in console.export_text()


def test_one_stack_is_deployed_with_those_it_depends_on(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment, "clear_failed_creations", lambda _: iter(()))
    deployment.deploy(DEV, [], Console(), only="data")
    words = json.loads(asked.read_text())
    assert words[:2] == ["deploy", "mlops-dev-data"]
    assert "--exclusively" not in words

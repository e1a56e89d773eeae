import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from common.errors import PlatformError
from generator.create import create_pipeline
from infra.environments import DEV, PROD
from infra.first_objects import first_objects
from operations import cdk, deployment
from operations.teardown.account import Account
from tests.jobs.pipeline_check.folders import pipelines_at
from tests.operations.teardown.conftest import account

__all__ = ["account"]


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


def test_nothing_is_deployed_while_a_pipeline_has_no_baseline(asked: Path, tmp_path: Path) -> None:
    create_pipeline("meters", None, tmp_path)
    with (
        pipelines_at(tmp_path / "jobs" / "pipelines"),
        pytest.raises(PlatformError, match=r"^missing baselines: jobs/pipelines/meters/baseline/.*run `make baseline`"),
    ):
        deployment.deploy(DEV, [], Console())
    assert not asked.exists()


def test_one_stack_is_deployed_with_those_it_depends_on(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment, "clear_failed_creations", lambda _: iter(()))
    deployment.deploy(DEV, [], Console(), only="data")
    words = json.loads(asked.read_text())
    assert words[:2] == ["deploy", "mlops-dev-data"]
    assert "--exclusively" not in words


def test_a_persistent_cluster_waits_for_the_certificates_of_its_nodes(
    account: Account, asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Session:
        client = staticmethod(account.client)

    monkeypatch.setattr(deployment, "clear_failed_creations", lambda _: iter(()))
    monkeypatch.setattr(deployment, "lookup_session", lambda _: Session)
    (certificates,) = first_objects(PROD)
    message = rf"(?s){certificates.uri} does not exist.*--only data.*aws s3 cp nodes\.zip {certificates.uri}"
    for only in (None, "compute", "pipeline-any"):
        with pytest.raises(PlatformError, match=message):
            deployment.deploy(PROD, [], Console(), only=only)
    assert not asked.exists()
    assert deployment.deploy(PROD, [], Console(), only="data") == 0

    s3 = account.client("s3")
    s3.create_bucket(Bucket=certificates.bucket)
    s3.put_object(Bucket=certificates.bucket, Key=f"{certificates.key}.old", Body=b"")
    assert not deployment.exists(s3, certificates)
    s3.put_object(Bucket=certificates.bucket, Key=certificates.key, Body=b"")
    assert deployment.deploy(PROD, [], Console()) == 0
    assert json.loads(asked.read_text())[:2] == ["deploy", "--all"]

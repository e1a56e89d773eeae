"""A platform that was started earlier runs the code of the next run, not the code of its start."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from common.paths import StatePaths
from local import platform
from local.endpoints import Endpoints
from local.platform import LocalPlatform, running_endpoints
from local.synthesis import dev_assembly

SENTENCE = "the code of now"


@pytest.fixture
def paths(tmp_path: Path) -> Iterator[StatePaths]:
    """Return a state folder whose services are stopped after the test."""
    paths = StatePaths(tmp_path / "state")
    yield paths
    LocalPlatform(paths).stop()


def changed_assembly(assembly: Path, target: Path, entry_uri: str) -> Path:
    """Copy an assembly with another program as the entry point of Spark jobs, under its own content hash."""
    shutil.copytree(assembly, target)
    old, new = Path(entry_uri).stem, "a" * 64
    for document in target.glob("*.json"):
        document.write_text(document.read_text().replace(old, new))
    (target / f"asset.{old}.py").unlink()
    (target / f"asset.{new}.py").write_text(f"print({SENTENCE!r})")
    return target


def client(endpoints: Endpoints, service: str) -> Any:
    credentials = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": endpoints.region}
    return boto3.client(service, endpoint_url=endpoints.api.url, **credentials)


def log_of_step(endpoints: Endpoints, paths: StatePaths) -> str:
    """Run the entry point as an EMR step and return its log."""
    emr = client(endpoints, "emr")
    arguments = ["spark-submit", endpoints.options["platform.code_entry_uri"]]
    step = {"Name": "step", "HadoopJarStep": {"Jar": "command-runner.jar", "Args": arguments}}
    cluster = emr.run_job_flow(Name="cluster", Instances={"KeepJobFlowAliveWhenNoSteps": True})["JobFlowId"]
    (step_id,) = emr.add_job_flow_steps(JobFlowId=cluster, Steps=[step])["StepIds"]
    for _ in range(300):
        state = emr.describe_step(ClusterId=cluster, StepId=step_id)["Step"]["Status"]["State"]
        if state in {"COMPLETED", "FAILED"}:
            break
        time.sleep(0.1)
    return (paths.logs / "emr-step" / f"{step_id}.log").read_text()


def test_a_running_platform_takes_over_code_that_changed(
    paths: StatePaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = LocalPlatform(paths, stop_with_parent=False).start()
    client(started, "glue").create_database(DatabaseInput={"Name": "kept"})
    assembly = changed_assembly(dev_assembly(), tmp_path / "changed", started.options["platform.code_entry_uri"])
    monkeypatch.setattr(platform, "dev_assembly", lambda: assembly)

    current = LocalPlatform(paths).update(started)

    assert SENTENCE in log_of_step(current, paths)
    assert running_endpoints(paths) == current
    assert (current.api_port, current.mlflow_port) == (started.api_port, started.mlflow_port)
    assert client(current, "glue").get_database(Name="kept")
    assert LocalPlatform(paths).update(current) is current

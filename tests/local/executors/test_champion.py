"""The champion in SageMaker's registry and in MLflow, from the evaluations of models to the model that scoring uses."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient

from common.paths import MAIN_PYTHON, REPOSITORY
from common.processes import free_port
from jobs.contracts.settings import AUTOMATIC, MANUAL
from local.services.mlflow import TrackingServer, healthy
from tests.jobs.dags.conftest import in_airflow

DECISIONS = {
    "1-rejected": {"approved": False, "is_champion": False},
    "2-first": {"approved": True, "is_champion": True},
    "3-rejected": {"approved": False, "is_champion": False},
    "4-good": {"approved": True, "is_champion": False},
    "5-better": {"approved": True, "is_champion": True},
}


@pytest.fixture(scope="module")
def tracking_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A tracking server, started once because its schema takes seconds."""
    folder, server = tmp_path_factory.mktemp("mlflow"), TrackingServer(free_port())
    command = [str(MAIN_PYTHON.with_name("mlflow")), "server", f"--backend-store-uri=sqlite:///{folder}/mlflow.db"]
    arguments = [f"--port={server.port}", f"--artifacts-destination={folder}", "--workers=1"]
    with subprocess.Popen([*command, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT) as process:
        while not healthy(server):
            assert process.poll() is None
            time.sleep(0.2)
        yield server.uri
        process.terminate()


def promoted(
    client: Any, s3: Any, servers: dict[str, str], tmp_path: Path, *, model: str, approval: str, tracking_uri: str
) -> str:
    """Take the models through gate, registration and promotion, and return what the tasks print.

    `model` is the name of the group in SageMaker and of the model in MLflow.
    """
    client("sagemaker").create_model_package_group(ModelPackageGroupName=model)
    mlflow = MlflowClient(tracking_uri)
    mlflow.create_registered_model(model)
    for number, (name, decision) in enumerate(DECISIONS.items(), 1):
        mlflow.create_model_version(model, f"s3://lake/{name}")
        evaluation = {**decision, "model_version": str(number)}
        s3.put_object(Bucket="lake", Key=f"{name}/evaluation.json", Body=json.dumps(evaluation))
    alias = {"tracking_uri": tracking_uri, "secret": "", "model": model}
    known = tmp_path / "environment.json"
    known.write_text(json.dumps({"group": model, "approval": approval, "alias": alias}))
    evaluations = [f"s3://lake/{name}/evaluation.json" for name in DECISIONS]
    return in_airflow(
        "tests.jobs.dags.airflow_champion",
        str(known),
        *evaluations,
        home=tmp_path / "airflow",
        folder=REPOSITORY,
        **servers,
    )


@pytest.fixture
def servers(endpoint: str, s3_endpoint: str) -> dict[str, str]:
    """The variables with which Airflow uses the local API."""
    credentials = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    return {"AWS_ENDPOINT_URL": endpoint, "AWS_ENDPOINT_URL_S3": s3_endpoint, **credentials}


def champions(output: str) -> list[str | None]:
    line = next(line for line in output.splitlines() if line.startswith('{"champions"'))
    found: list[str | None] = json.loads(line)["champions"]
    return found


def statuses(client: Any, group: str) -> dict[int, str]:
    versions = client("sagemaker").list_model_packages(ModelPackageGroupName=group)["ModelPackageSummaryList"]
    return {each["ModelPackageVersion"]: each["ModelApprovalStatus"] for each in versions}


def test_a_rejected_challenger_leaves_the_champion_and_mlflow_s_alias_follows_a_better_one(
    client: Any, s3: Any, servers: dict[str, str], tmp_path: Path, tracking_uri: str
) -> None:
    output = promoted(client, s3, servers, tmp_path, model="automatic", approval=AUTOMATIC, tracking_uri=tracking_uri)
    first, better = "s3://lake/2-first/model.tar.gz", "s3://lake/5-better/model.tar.gz"
    assert champions(output) == [None, None, first, first, first, better]
    assert statuses(client, "automatic") == {1: "Approved", 2: "PendingManualApproval", 3: "Approved"}
    assert MlflowClient(tracking_uri).get_model_version_by_alias("automatic", "champion").version == "5"
    assert "killed before the alias was set" in output


def test_a_person_approves_where_the_environment_says_so(
    client: Any, s3: Any, servers: dict[str, str], tmp_path: Path, tracking_uri: str
) -> None:
    output = promoted(client, s3, servers, tmp_path, model="manual", approval=MANUAL, tracking_uri=tracking_uri)
    assert champions(output) == [None] * 6
    assert set(statuses(client, "manual").values()) == {"PendingManualApproval"}
    assert "waits for a person: approve or reject it in SageMaker's registry, then clear this task" in output
    assert MlflowClient(tracking_uri).get_registered_model("manual").aliases == {}

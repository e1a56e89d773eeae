"""A persistent cluster is replaced while DAGs run, and a worker is lost while its step runs."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.environments import PROD
from infra.names import PlatformNames
from jobs.contracts.names import SPARK_CLUSTER_ID
from tests.jobs.dags.conftest import in_airflow
from tests.local.executors.test_emr import PROGRAM, cluster, state, step

NAMES = PlatformNames.of(PROD)
PARAMETER = NAMES.parameter(SPARK_CLUSTER_ID)


@pytest.fixture
def emr(client: Any, s3: Any) -> Any:
    s3.put_object(Bucket="lake", Key="main.py", Body=PROGRAM)
    return client("emr")


def runs_on(endpoint: str, home: Path) -> str:
    """Run the task in a second try, and return the cluster that its step ran on."""
    output = in_airflow(
        "tests.jobs.dags.airflow_step",
        PARAMETER,
        "s3://lake/main.py",
        home=home,
        AWS_ENDPOINT_URL=endpoint,
        AWS_ACCESS_KEY_ID="x",
        AWS_SECRET_ACCESS_KEY="x",  # noqa: S106 - the local API accepts any
    )
    line = next(line for line in output.splitlines() if line.startswith('{"cluster"'))
    return str(json.loads(line)["cluster"])


def test_a_task_uses_the_published_cluster_among_two_of_one_name(
    emr: Any, client: Any, endpoint: str, tmp_path: Path
) -> None:
    old = cluster(emr)
    client("ssm").put_parameter(Name=PARAMETER, Value=old, Type="String")
    assert runs_on(endpoint, tmp_path) == old

    new = cluster(emr)
    assert {each["Name"] for each in emr.list_clusters()["Clusters"]} == {"spark"}
    assert state(emr, old) == state(emr, new) == "WAITING"
    assert runs_on(endpoint, tmp_path) == old
    client("ssm").put_parameter(Name=PARAMETER, Value=new, Type="String", Overwrite=True)
    assert runs_on(endpoint, tmp_path) == new


def test_a_try_cancels_the_step_that_a_lost_worker_left_running(
    emr: Any, client: Any, endpoint: str, tmp_path: Path
) -> None:
    used = cluster(emr, StepConcurrencyLevel=4)
    client("ssm").put_parameter(Name=PARAMETER, Value=used, Type="String", Overwrite=True)
    left = step(emr, used, "wait", "600", "jobs.spark.ingest")
    other = step(emr, used, "wait", "600", "jobs.spark.cleanse")

    assert runs_on(endpoint, tmp_path) == used
    steps = {each["Id"]: each["Status"]["State"] for each in emr.list_steps(ClusterId=used)["Steps"]}
    assert (steps.pop(left), steps.pop(other)) == ("CANCELLED", "RUNNING")
    assert list(steps.values()) == ["COMPLETED"]

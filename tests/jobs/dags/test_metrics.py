"""What Airflow tells of failures: the StatsD metrics of a failed run, and the log of a task whose worker died."""

import json
import socket
from collections.abc import Iterator

import pytest

from checks.environment.alarms import airflow_metrics
from common.paths import REPOSITORY
from infra.orchestration.alarms import LOST_TASKS_MESSAGE
from tests.jobs.dags.conftest import in_airflow, sample_dags

#: How the line with what the installed Airflow's source emits begins.
FACTS = "emitted by source: "


@pytest.fixture(scope="module")
def receiver() -> Iterator[socket.socket]:
    """A UDP socket in the place of MWAA's receiver of metrics."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(0.5)
        yield receiver


@pytest.fixture(scope="module")
def told(receiver: socket.socket, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, set[str]]:
    """The output of an Airflow in which a task fails and another is lost, and the names of the metrics it sent."""
    # The settings that MWAA gives Airflow (github.com/aws/amazon-mwaa-docker-images, config/airflow.py of each image).
    metrics = {"STATSD_ON": "True", "STATSD_HOST": "127.0.0.1", "STATSD_PREFIX": "airflow"}
    metrics["STATSD_PORT"] = str(receiver.getsockname()[1])
    variables = {f"AIRFLOW__METRICS__{name}": value for name, value in metrics.items()}
    modules = sorted({row["module"] for row in airflow_metrics().values()})
    home = tmp_path_factory.mktemp("metrics")
    arguments = (str(sample_dags(home / "dags")), FACTS, *modules)
    output = in_airflow("tests.jobs.dags.airflow_metrics", *arguments, home=home, folder=REPOSITORY, **variables)
    return output, set(_names(receiver))


def _names(receiver: socket.socket) -> Iterator[str]:
    while True:
        try:
            packet = receiver.recv(65536).decode()
        except TimeoutError:
            return
        yield from (line.partition(":")[0] for line in packet.splitlines())


def test_a_failed_run_is_told_by_the_metric_of_the_alarm(told: tuple[str, set[str]]) -> None:
    # MWAA publishes dagrun.duration.failed.<dag_id> as DAGDurationFailed of that DAG.
    _, metrics = told
    assert "airflow.dagrun.duration.failed.meters_data" in metrics
    assert not [name for name in metrics if "duration.success.meters" in name]


def test_a_lost_task_is_told_by_the_message_of_the_metric_filter(told: tuple[str, set[str]]) -> None:
    output, _ = told
    assert LOST_TASKS_MESSAGE in output


def test_the_table_of_metrics_agrees_with_the_source_of_this_airflow(told: tuple[str, set[str]]) -> None:
    output, _ = told
    facts = json.loads(next(line for line in output.splitlines() if line.startswith(FACTS)).removeprefix(FACTS))
    emitted = {name for name, row in airflow_metrics().items() if facts["version"] in row["versions"]}
    assert {name for name, row in airflow_metrics().items() if row["airflow"] in facts[row["module"]]} == emitted

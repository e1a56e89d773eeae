"""Start MLflow's tracking server with PostgreSQL as backend store and S3 as artifact store."""

import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

from common import processes
from common.environment import process_variables
from common.paths import MAIN_PYTHON, StatePaths
from local.services.postgres import Database

_DATABASE = "mlflow"


@dataclass(frozen=True)
class TrackingServer:
    """The address of the MLflow server."""

    port: int

    @property
    def uri(self) -> str:
        """The MLflow tracking URI."""
        return f"http://127.0.0.1:{self.port}"


def start(
    paths: StatePaths,
    clients: Mapping[str, str],
    *,
    database: Database,
    artifacts: str,
    port: int,
    stop_with_parent: bool,
) -> tuple[TrackingServer, processes.RunningProcess]:
    """Start the server with its artifacts below the S3 URI `artifacts`; `wait` waits until it is ready.

    `clients` are the variables that make its S3 client use the local platform.
    """
    database.ensure(_DATABASE)
    port = processes.free_port(port, "MLflow")
    command = [
        str(MAIN_PYTHON.with_name("mlflow")),
        "server",
        f"--backend-store-uri={database.uri(_DATABASE)}",
        f"--artifacts-destination={artifacts}",
        "--host=127.0.0.1",
        f"--port={port}",
        "--workers=1",
    ]
    log = paths.logs / "mlflow.log"
    settings = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    process = processes.start(
        "mlflow",
        processes.supervised(command, stop_with_parent=stop_with_parent),
        env=process_variables(clients, settings),
        log=log,
        run=paths.run,
    )
    return TrackingServer(port), process


def wait(server: TrackingServer, process: processes.RunningProcess, paths: StatePaths) -> None:
    """Wait until the server is healthy, at most 180 s: the first start creates the database schema."""
    processes.wait_until(lambda: healthy(server), process, paths.logs / "mlflow.log", seconds=180)


def healthy(server: TrackingServer) -> bool:
    """Return whether the server answers its health check."""
    try:
        with urllib.request.urlopen(f"{server.uri}/health", timeout=2) as answer:  # noqa: S310 - our own server
            return bool(answer.status == 200)
    except OSError:
        return False

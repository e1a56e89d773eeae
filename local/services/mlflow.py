"""The MLflow server on this machine: the real one, on PostgreSQL, with its artifacts in S3."""

import urllib.request
from dataclasses import dataclass

from common import processes
from common.paths import MAIN_PYTHON, StatePaths
from local.services.postgres import Database

_DATABASE = "mlflow"


@dataclass(frozen=True)
class TrackingServer:
    """Where the MLflow server listens."""

    port: int

    @property
    def uri(self) -> str:
        """The tracking URI."""
        return f"http://127.0.0.1:{self.port}"


def start(
    paths: StatePaths, env: dict[str, str], *, database: Database, artifacts: str, port: int, stop_with_parent: bool
) -> tuple[TrackingServer, processes.RunningProcess]:
    """Start the server with its artifacts below the S3 URI; `wait` tells when it answers."""
    database.ensure(_DATABASE)
    port = processes.free_port(port, "MLflow")
    command = [
        str(MAIN_PYTHON.with_name("mlflow")),
        "server",
        *("--backend-store-uri", database.uri(_DATABASE)),
        *("--artifacts-destination", artifacts),
        *("--host", "127.0.0.1"),
        *("--port", str(port)),
        *("--workers", "1"),
    ]
    log = paths.logs / "mlflow.log"
    settings = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    process = processes.start(
        "mlflow",
        processes.supervised(command, stop_with_parent=stop_with_parent),
        env={**env, **settings},
        log=log,
        run=paths.run,
    )
    return TrackingServer(port), process


def wait(server: TrackingServer, process: processes.RunningProcess, paths: StatePaths) -> None:
    """Return when the server reports health; a first start creates its schema, which takes a while."""
    processes.wait_until(lambda: healthy(server), process, paths.logs / "mlflow.log", seconds=180)


def healthy(server: TrackingServer) -> bool:
    """Whether the server answers its health check."""
    try:
        with urllib.request.urlopen(f"{server.uri}/health", timeout=2) as answer:  # noqa: S310 - our own loopback server
            return bool(answer.status == 200)
    except OSError:
        return False

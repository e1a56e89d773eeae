"""Start, stop and show the local platform."""

import json

from rich.console import Console
from rich.table import Table

from common import processes
from common.errors import PlatformError
from common.paths import StatePaths
from local.endpoints import Endpoints
from local.platform import LocalPlatform, exclusive, running_endpoints


def up(paths: StatePaths, mlflow_port: int, console: Console) -> None:
    """Start everything and return when it answers."""
    with exclusive(paths):
        if running_endpoints(paths):
            raise PlatformError(
                f"the platform of {paths.root} runs already; `make status` shows it, `make down` stops it"
            )
        platform = LocalPlatform(paths, mlflow_port=mlflow_port, stop_with_parent=False)
        with console.status("starting S3, PostgreSQL, the AWS endpoint and MLflow"):
            endpoints = platform.start()
            platform.wait_for_tracking(endpoints)
        console.print(_table(endpoints, paths))


def down(paths: StatePaths, console: Console) -> None:
    """Stop everything that runs, also what a crash left behind."""
    stopped = LocalPlatform(paths).stop()
    console.print(f"stopped {', '.join(stopped)}" if stopped else "nothing was running")


def status(paths: StatePaths, console: Console, *, as_json: bool) -> None:
    """Show where the parts listen; exits with an error when nothing runs."""
    endpoints = running_endpoints(paths)
    if as_json:
        console.print_json(
            json.dumps({"running": endpoints is not None, **(endpoints.client_environment() if endpoints else {})})
        )
    elif endpoints is None:
        raise PlatformError("the platform does not run; `make up` starts it")
    else:
        console.print(_table(endpoints, paths))


def _table(endpoints: Endpoints, paths: StatePaths) -> Table:
    table = Table("part", "address", "process", title="Local platform")
    pids = {process.name: process.pid for process in processes.recorded(paths.run) if process.alive}
    rows = {
        "local-api": endpoints.api.url,
        "s3": endpoints.object_store.endpoint,
        "mlflow": endpoints.tracking_server.uri,
        "postgres": f"127.0.0.1:{endpoints.database_port}",
    }
    for name, address in rows.items():
        table.add_row(name, address, str(pids.get(name, "stopped")))
    return table

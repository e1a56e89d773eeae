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
    """Start all services and return when they are ready."""
    with exclusive(paths):
        if running_endpoints(paths):
            raise PlatformError(
                f"the local platform of {paths.root} is already running; show it with `make status` or stop it with "
                "`make down`"
            )
        platform = LocalPlatform(paths, mlflow_port=mlflow_port, stop_with_parent=False)
        with console.status("starting S3, PostgreSQL, the local API and MLflow"):
            endpoints = platform.start()
            platform.wait_for_tracking(endpoints)
        console.print(_table(endpoints, paths))


def down(paths: StatePaths, console: Console) -> None:
    """Stop all services, including processes left over from a crash."""
    stopped = LocalPlatform(paths).stop()
    console.print(f"stopped {', '.join(stopped)}" if stopped else "nothing was running")


def status(paths: StatePaths, console: Console, *, as_json: bool) -> None:
    """Show the addresses of the services.

    Raises PlatformError if the platform is not running, except with `as_json`, which prints `running`.
    """
    endpoints = running_endpoints(paths)
    if as_json:
        console.print_json(
            json.dumps({"running": endpoints is not None, **(endpoints.client_environment() if endpoints else {})})
        )
    elif endpoints is None:
        raise PlatformError("the local platform is not running; start it with `make up`")
    else:
        console.print(_table(endpoints, paths))


def _table(endpoints: Endpoints, paths: StatePaths) -> Table:
    table = Table("service", "address", "process", title="Local platform")
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

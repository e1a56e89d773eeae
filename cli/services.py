"""Start, stop and show the local platform."""

import json

from rich.console import Console
from rich.table import Table

from common import processes
from common.errors import PlatformError
from common.paths import StatePaths
from local.platform import Endpoints, LocalPlatform, exclusive, running


def up(paths: StatePaths, mlflow_port: int, console: Console) -> None:
    """Start everything and return when it answers."""
    with exclusive(paths):
        if running(paths):
            raise PlatformError(
                f"the platform of {paths.root} runs already; `make status` shows it, `make down` stops it"
            )
        platform = LocalPlatform(paths, mlflow_port=mlflow_port, stop_with_parent=False)
        with console.status("starting S3, PostgreSQL, the AWS endpoint and MLflow"):
            ends = platform.start()
            platform.wait_for_tracking(ends)
        console.print(_table(ends, paths))


def down(paths: StatePaths, console: Console) -> None:
    """Stop everything that runs, also what a crash left behind."""
    stopped = LocalPlatform(paths).stop()
    console.print(f"stopped {', '.join(stopped)}" if stopped else "nothing was running")


def status(paths: StatePaths, console: Console, *, as_json: bool) -> None:
    """Show where the parts listen; exits with an error when nothing runs."""
    ends = running(paths)
    if as_json:
        console.print_json(json.dumps({"running": ends is not None, **(ends.client_environment() if ends else {})}))
    elif ends is None:
        raise PlatformError("the platform does not run; `make up` starts it")
    else:
        console.print(_table(ends, paths))


def _table(ends: Endpoints, paths: StatePaths) -> Table:
    table = Table("part", "address", "process", title="Local platform")
    pids = {process.name: process.pid for process in processes.recorded(paths.run) if process.alive}
    rows = {
        "control-plane": ends.control_plane.url,
        "s3": ends.object_store.endpoint,
        "mlflow": ends.tracking_server.uri,
        "postgres": f"127.0.0.1:{ends.database_port}",
    }
    for name, address in rows.items():
        table.add_row(name, address, str(pids.get(name, "gone")))
    return table

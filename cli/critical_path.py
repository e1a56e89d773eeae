"""Shows the longest chain of a first deployment of each environment."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from checks.critical_path import ALLOWED_RATIO, CriticalPath, creation_times, critical_path, source
from cli.synth import synthesize_all
from common.errors import PlatformError


def show_critical_paths(console: Console, *, as_json: bool) -> None:
    """Print the chain of every environment; raises PlatformError when something but MWAA makes one long."""
    with TemporaryDirectory() as folder, console.status("synthesizing"):
        found = {name: critical_path(outdir) for name, outdir in synthesize_all(Path(folder)).items()}
    if as_json:
        console.print_json(json.dumps({name: _figures(path) for name, path in found.items()}))
    else:
        for name, path in found.items():
            console.print(_table(name, path))
        console.print(f"Creation times are typical ones; {_estimates()} are estimates: checks/creation_times.toml")
    long = {name: round(path.ratio, 3) for name, path in found.items() if not path.is_short}
    if long:
        raise PlatformError(
            f"a deployment takes {long} times as long as MWAA and its needs; allowed is {ALLOWED_RATIO}"
        )


def _figures(path: CriticalPath) -> dict[str, float]:
    return {"total_seconds": path.total, "needed_seconds": path.needed, "ratio": round(path.ratio, 3)}


def _table(name: str, path: CriticalPath) -> Table:
    caption = f"{path.total:.0f} s, {path.ratio:.2f} times MWAA and what it needs ({path.needed:.0f} s)"
    table = Table("from", "seconds", "stack", "resource", "source", title=f"Critical path of {name}", caption=caption)
    for link in path.chain:
        stack = link.stack.rpartition("-")[2]
        table.add_row(
            f"{link.start:.0f} s", f"{link.seconds:.0f}", stack, link.kind, source(link.kind).partition(":")[0]
        )
    return table


def _estimates() -> str:
    times = creation_times().values()
    return f"{sum(each['source'].startswith('estimate:') for each in times)} of {len(times)}"

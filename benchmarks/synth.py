"""Measure the duration of synthesis relative to loading CDK, as whole processes that run alternately.

`import` only loads the CDK modules that the stacks use; `one` and `three` synthesize environments as `make synth` does.
Ratios are computed for each round, so that other load on the machine affects both sides. CPU seconds include Node; on a
shared machine they are more reliable than wall time, because every call from Python to Node waits to be scheduled.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

import typer
from rich.console import Console
from rich.table import Table

REPOSITORY = Path(__file__).resolve().parents[1]

_USED = """
import os, sys
from infra.node_runtime import use_packaged_node
use_packaged_node(os.environ)
import stacks.synth
print(*sorted(name for name in sys.modules if name.startswith("aws_cdk.aws_") and name.count(".") == 1))
"""
_IMPORT = """
import importlib, os, sys
from infra.node_runtime import use_packaged_node
use_packaged_node(os.environ)
for name in ["aws_cdk", *sys.argv[1:]]:
    importlib.import_module(name)
"""
#: The highest accepted ratios.
_LIMITS = {"one / import": 1.5, "three / one": 1.2}


def main(rounds: int = 5) -> None:
    """Run each command `rounds` times, after one round that does not count, and print medians and ranges."""
    used = subprocess.run([sys.executable, "-c", _USED], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    commands = {
        "import": ["-c", _IMPORT, *used.stdout.split()],
        "one": ["-m", "cli", "synth", "dev"],
        "three": ["-m", "cli", "synth"],
    }
    measured = [{name: timed(arguments) for name, arguments in commands.items()} for _ in range(rounds + 1)][1:]
    Console().print(seconds_table(measured), ratio_table(measured))


def timed(arguments: list[str]) -> tuple[float, float]:
    """Return wall and CPU seconds of a Python process including its child processes."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], cwd=REPOSITORY, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{arguments[:3]} failed with exit code {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


def seconds_table(measured: Sequence[Mapping[str, tuple[float, float]]]) -> Table:
    """Return a table with the seconds of each command over all rounds."""
    table = Table("", "wall, median", "wall, from - to", "CPU, median", "CPU, from - to", title="Seconds")
    for name in measured[0]:
        table.add_row(name, *(cell for unit in (0, 1) for cell in _spread([each[name][unit] for each in measured])))
    return table


def ratio_table(measured: Sequence[Mapping[str, tuple[float, float]]]) -> Table:
    """Return a table with the ratios over all rounds and their limits."""
    table = Table("", "wall, median", "wall, from - to", "CPU, median", "CPU, from - to", "limit", title="Ratios")
    for name, limit in _LIMITS.items():
        over, under = name.split(" / ")
        ratios = [[each[over][unit] / each[under][unit] for each in measured] for unit in (0, 1)]
        table.add_row(name, *(cell for values in ratios for cell in _spread(values)), f"<= {limit}")
    return table


def _spread(values: list[float]) -> tuple[str, str]:
    return f"{median(values):.2f}", f"{min(values):.2f} - {max(values):.2f}"


if __name__ == "__main__":
    typer.run(main)

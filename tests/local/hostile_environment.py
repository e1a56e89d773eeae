"""Print a table: which variables of a user's shell let the local platform start, and run a task of a real DAG.

`python -m tests.local.hostile_environment` sets one group of variables after the other, and at last all at once.
`--each` sets every variable alone, which takes as many starts of the platform. `--state` names a folder in which
`cli run <pipeline> --dag data` has run; `--task` the task that each row runs again.
"""

import argparse
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from common.paths import REPOSITORY
from jobs.contracts.pipeline import pipeline_names
from tests.common.hostile_variables import command_line, hostile_variables, write_files

_GROUPS = ("AWS_", "PG", "AIRFLOW", "MLFLOW", "PYSPARK", "SPARK", "HADOOP", "PYTHON", "LC_", "JAVA", "UV_", "PIP_")
_STARTED = "start the local platform: done"


def groups(variables: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the variables by common prefix, the proxies and the rest."""
    rest = dict(variables)
    proxies = {name: rest.pop(name) for name in variables if name.upper().endswith("_PROXY")}
    yield "HTTP_PROXY, HTTPS_PROXY, ALL_PROXY with NO_PROXY", proxies
    yield (
        "the same without NO_PROXY",
        {name: value for name, value in proxies.items() if not name.upper().startswith("NO_")},
    )
    for prefix in _GROUPS:
        yield f"{prefix}*", {name: rest.pop(name) for name in variables if name.startswith(prefix) and name in rest}
    yield ", ".join(rest), rest


def rows(variables: Mapping[str, str], folder: Path, *, each: bool) -> Iterator[tuple[str, dict[str, str], int]]:
    """Yield the name, the variables and the mask of each row."""
    alone = ((name, {name: value}) for name, value in variables.items())
    for name, chosen in alone if each else groups(variables):
        yield name, chosen, -1
    for mask in (0o077, 0o000):
        yield f"umask {mask:03o}", {}, mask
    spaced = folder / "temporary files"
    spaced.mkdir(exist_ok=True)
    yield "TMPDIR with a space", {"TMPDIR": str(spaced)}, -1
    yield "HOME that does not exist", {"HOME": "/nowhere"}, -1
    yield "all at once", {**variables, "TMPDIR": str(spaced), "HOME": "/nowhere"}, 0o077


def main() -> None:
    """Run every row and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--pipeline", default=pipeline_names()[0])
    parser.add_argument("--task", default="announce")
    parser.add_argument("--each", action="store_true")
    arguments = parser.parse_args()
    table = Table("variable", "started", "ran", title=f"Task {arguments.task} in shells with these variables")
    console = Console(width=120)
    shell = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    shell["PLATFORM_STATE"] = str(arguments.state.resolve())
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder))
        for name, chosen, mask in rows(hostile_variables(Path(folder)), Path(folder), each=arguments.each):
            done = subprocess.run(
                command_line("run", arguments.pipeline, "--task", arguments.task),
                cwd=REPOSITORY,
                env={**shell, **chosen},
                umask=mask,
                capture_output=True,
                text=True,
                encoding="utf-8",
                check=False,
            )
            results = (_STARTED in done.stdout, done.returncode == 0)
            table.add_row(name, *("yes" if result else "no" for result in results))
            console.print(name, *results, (done.stdout + done.stderr)[-300:] if not all(results) else "")
    console.print(table)


if __name__ == "__main__":
    main()

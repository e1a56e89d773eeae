"""Measure how synthesis and the sizes that AWS limits grow with the number of pipelines.

The pipelines are copies of the largest pipeline of this repository, in the settings of prod.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from infra.node_runtime import use_packaged_node

# Importing CDK starts Node, so the choice of Node comes first.
use_packaged_node(os.environ)

from checks.assembly import read_assembly  # noqa: E402
from checks.environment.aws_limits import LIMITS, Size, largest, sizes  # noqa: E402
from infra.environments import PROD  # noqa: E402
from infra.names import PlatformNames  # noqa: E402
from jobs.contracts.pipeline import LONGEST_NAME, Pipeline, load_pipelines  # noqa: E402
from stacks.synth import add_environment, new_app  # noqa: E402

COUNTS = (1, 2, 30)


def main() -> None:
    """Synthesize prod with each number of pipelines, and print the seconds and the largest value of each size."""
    original = max(load_pipelines(), key=lambda pipeline: len(pipeline.all_tables))
    measured = {count: measure(copies(original, count)) for count in COUNTS}
    table = Table("", *(f"{count} pipelines" for count in COUNTS), "limit", title=f"Copies of {original.name} in prod")
    table.add_row("seconds of synthesis", *(f"{seconds:.1f}" for seconds, _ in measured.values()), "")
    for what, limit in LIMITS.items():
        found = [each[what] for _, each in measured.values()]
        table.add_row(what, *(f"{size.value:,} ({size.where.partition('/')[0]})" for size in found), f"{limit:,}")
    Console().print(table)


def copies(pipeline: Pipeline, count: int) -> list[Pipeline]:
    """The pipeline under as many names of the greatest length."""
    return [replace(pipeline, name=f"p{number:02}".ljust(LONGEST_NAME, "x")) for number in range(count)]


def measure(pipelines: Sequence[Pipeline]) -> tuple[float, dict[str, Size]]:
    """Return the seconds of the synthesis of prod with these pipelines, and the largest value of each size."""
    with TemporaryDirectory() as folder:
        start = time.perf_counter()
        app = new_app(Path(folder))
        add_environment(app, PROD, pipelines)
        app.synth()
        seconds = time.perf_counter() - start
        templates = read_assembly(Path(folder), PROD).templates
        return seconds, largest(sizes(templates, PlatformNames.of(PROD)))


if __name__ == "__main__":
    main()

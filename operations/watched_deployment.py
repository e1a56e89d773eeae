"""Run `cdk deploy` and show the progress of each stack instead of every event."""

import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table

from common.paths import REPOSITORY, StatePaths
from common.processes import log_tail
from operations.cdk import run_cdk
from operations.deploy_progress import DeployProgress, where_to_look
from operations.watched_process import run_watched

_SECONDS = 60.0
#: Options with which the caller asks for the CDK CLI's own output.
_OWN_OUTPUT = {"--progress", "--verbose", "-v"}


def deploy_watched(environment: str, extra: Sequence[str], console: Console, *, targets: Sequence[str]) -> int:
    """Deploy the stacks, show their progress and result, and return the exit code of the CDK CLI."""
    if _OWN_OUTPUT.intersection(option.partition("=")[0] for option in extra):
        return run_cdk("deploy", environment, extra, targets=targets)
    log = StatePaths.default().logs / f"deploy-{environment}.log"
    progress = DeployProgress(time.monotonic)

    def show(lines: Iterable[str]) -> None:
        for line in lines:
            console.print(f"{datetime.now():%H:%M} {line}", highlight=False, markup=False, soft_wrap=True)

    def run(command: Sequence[str], environ: Mapping[str, str]) -> int:
        return run_watched(
            command,
            cwd=REPOSITORY,
            env=environ,
            log=log,
            on_line=lambda line: show(progress.read(line)),
            on_silence=lambda: show(progress.waiting()),
            seconds=_SECONDS,
        )

    code = run_cdk("deploy", environment, ["--progress", "events", *extra], targets=targets, run=run)
    console.print(_summary(environment, progress))
    for line in where_to_look(progress, environment, str(log)):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    if code and not any(stack.result == "failed" for stack in progress.stacks.values()):
        console.print(f"cdk deploy failed: {log_tail(log)} (see {log})", highlight=False, markup=False, soft_wrap=True)
    return code


def _summary(environment: str, progress: DeployProgress) -> Table:
    table = Table("stack", "result", "resources", "minutes", title=f"Deployment of {environment}")
    for name, stack in progress.stacks.items():
        table.add_row(name, stack.result, f"{stack.done} of {stack.total}", f"{stack.minutes:.1f}")
    return table

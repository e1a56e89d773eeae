"""The command line application; the commands are grouped by subject in the other modules.

Commands import what they run inside their functions, so that `--help` stays fast.
"""

import typer

from cli.account_commands import account
from cli.airflow_commands import airflow
from cli.check_commands import checks
from cli.local_commands import local
from cli.pipeline_commands import pipelines
from cli.stack_commands import stacks

app = typer.Typer(
    name="platform",
    help="The MLOps platform: run it on this machine, check it, deploy it and operate it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for group in (local, pipelines, checks, stacks, account, airflow):
    app.add_typer(group)

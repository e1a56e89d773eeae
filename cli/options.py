"""Options that several commands have in common."""

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print machine-readable JSON.")]
MlflowPort = Annotated[int, typer.Option(help="Port of the MLflow server; 0 selects a free port.")]

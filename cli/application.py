"""Run the command line application and print the errors that its user can correct."""

import sys

from rich.console import Console

from checks.validators.checkov import CheckovError
from cli.commands import app
from common.errors import PlatformError
from infra.config.validation import ConfigError
from jobs.contracts.settings import SettingsError
from jobs.contracts.tables import ContractError


def run() -> None:
    """Run a command; an error that the user can correct is printed without a traceback and exits with 1."""
    try:
        app()
    except (CheckovError, ConfigError, ContractError, PlatformError, SettingsError) as error:
        Console(stderr=True).print(f"[bold red]error:[/] {error}", highlight=False, soft_wrap=True)
        sys.exit(1)

"""Entry point of the command line, `python -m cli`, which the Make targets call."""

import sys

from rich.console import Console

from checks.validators.checkov import CheckovError
from cli.commands import app
from common.errors import PlatformError
from infra.config.validation import ConfigError
from jobs.contracts.settings import SettingsError
from jobs.contracts.tables import ContractError


def main() -> None:
    """Run a command; errors that the user can correct are printed without a traceback and exit with 1."""
    try:
        app()
    except (CheckovError, ConfigError, ContractError, PlatformError, SettingsError) as error:
        Console(stderr=True).print(f"[bold red]error:[/] {error}", highlight=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()

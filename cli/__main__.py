"""The platform's command line; Make targets call it."""

import sys

from rich.console import Console

from checks.checkov import CheckovError
from cli.commands import app
from common.errors import PlatformError
from infra.config.validation import ConfigError
from jobs.contracts.settings import SettingsError
from jobs.contracts.tables import ContractError


def main() -> None:
    """Run a command; what a user can mend is said in one sentence, without a traceback."""
    try:
        app()
    except (CheckovError, ConfigError, ContractError, PlatformError, SettingsError) as error:
        Console(stderr=True).print(f"[bold red]error:[/] {error}", highlight=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()

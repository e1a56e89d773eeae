"""Run the command line application and print the errors that its user can correct."""

import errno
import sys

from rich.console import Console

from checks.validators.checkov import CheckovError
from cli.commands import app
from common.errors import PlatformError
from infra.config.validation import ConfigError
from jobs.contracts.settings import SettingsError
from jobs.contracts.tables import ContractError

#: What a command cannot work without, by the number of the system's error.
_SYSTEM = {
    errno.ENOSPC: "the disk is full; make space, or set PLATFORM_STATE to a folder on another disk",
    errno.EDQUOT: "the quota of the disk is used up; make space, or set PLATFORM_STATE to a folder on another disk",
    errno.EROFS: "the file system is read-only; set PLATFORM_STATE to a folder that can be written",
    errno.EACCES: "this user may not write there; change the permissions, or set PLATFORM_STATE to another folder",
}


_CORRECTABLE = (CheckovError, ConfigError, ContractError, PlatformError, SettingsError)


def run(*, uses_account: bool) -> None:
    """Run a command; an error that the user can correct is printed without a traceback and exits with 1.

    In commands that use the user's AWS account, that includes the errors of AWS.
    """
    try:
        app()
    except Exception as error:
        sentence = _sentence_of(error, uses_account=uses_account)
        if sentence is None:
            raise
        Console(stderr=True).print(f"[bold red]error:[/] {sentence}", highlight=False, soft_wrap=True)
        sys.exit(1)


def _sentence_of(error: Exception, *, uses_account: bool) -> str | None:
    if isinstance(error, _CORRECTABLE):
        return str(error)
    if uses_account:
        from cli.account_errors import sentence_of  # noqa: PLC0415 - most commands do not need boto3

        # Before errors of the system, from which some errors of boto3 descend.
        if sentence := sentence_of(error):
            return sentence
    if isinstance(error, OSError) and error.errno in _SYSTEM:
        return f"{error.filename or 'writing a file'}: {_SYSTEM[error.errno]}"
    return None

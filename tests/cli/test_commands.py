import re

import pytest
from typer.testing import CliRunner

from cli.commands import app
from common.paths import REPOSITORY

COMMANDS = sorted(set(re.findall(r"\$\(PLATFORM\) ([a-z-]+)", (REPOSITORY / "Makefile").read_text())))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_makefile_has_help(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"])

    assert result.exit_code == 0
    assert f" {command} " in result.stdout

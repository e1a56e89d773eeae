import re
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.commands import app
from common.paths import REPOSITORY
from jobs.contracts.pipeline import pipeline_names

COMMANDS = sorted(set(re.findall(r"\$\(PLATFORM\) ([a-z-]+)", (REPOSITORY / "Makefile").read_text())))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_makefile_has_help(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"])

    assert result.exit_code == 0
    assert f" {command} " in result.stdout


@pytest.mark.parametrize(("failure", "code"), [(None, 0), ({"reason": "no rows"}, 1)])
def test_a_failed_run_exits_with_1(failure: Any, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.run.run_pipelines", lambda *_, **__: [{"pipeline": "p", "failure": failure}])

    assert CliRunner().invoke(app, ["run", pipeline_names()[0]]).exit_code == code


@pytest.mark.parametrize("port", ["-1", "65536"])
def test_a_port_that_does_not_exist_is_refused(port: str) -> None:
    result = CliRunner().invoke(app, ["up", "--mlflow-port", port])

    assert result.exit_code == 2
    assert "Invalid value for '--mlflow-port'" in result.output

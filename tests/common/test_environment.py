import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.__main__ import SETUP_COMMANDS, USER_COMMANDS, kind_of
from cli.account_commands import account
from cli.airflow_commands import airflow
from cli.commands import app
from common import environment
from common.paths import REPOSITORY
from tests.common.hostile_variables import hostile_variables, write_files

SHELL = {"PATH": "/usr/bin:/bin", "HOME": "/tmp", "USER": "somebody", "TERM": "xterm", "PLATFORM_STATE": "/tmp/state"}
HOSTILE = hostile_variables(Path("/nowhere"))
PROXY = {"https_proxy": "http://proxy:3128", "HTTP_PROXY": "http://proxy:3128"}


@pytest.mark.parametrize(
    "name", sorted({*HOSTILE, "PYTHONHOME", "UMASK", "LD_PRELOAD", "PGANYTHING", "SPARK_ANYTHING"})
)
def test_no_variable_of_the_users_shell_changes_the_environment_of_the_local_platform(name: str) -> None:
    assert environment.local({**SHELL, name: HOSTILE.get(name, "anything")}) == environment.local(SHELL)


def test_the_platforms_own_settings_and_the_terminals_are_kept() -> None:
    assert environment.local(SHELL).items() >= SHELL.items()


@pytest.mark.parametrize("kind", environment.KINDS)
def test_an_environment_does_not_change_when_it_is_built_again(kind: str) -> None:
    build = environment.KINDS[kind]
    once = build({**SHELL, **HOSTILE, **PROXY})

    assert build(once) == once


def test_a_home_or_a_temporary_folder_that_cannot_be_written_is_replaced(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")

    variables = environment.local({"HOME": missing, "TMPDIR": missing})

    assert variables["HOME"] == environment.local({})["HOME"] == str(REPOSITORY / ".venv" / "cache" / "home")
    assert "TMPDIR" not in variables
    spaced = tmp_path / "temporary files"
    spaced.mkdir()
    assert environment.local({"TMPDIR": str(spaced)})["TMPDIR"] == str(spaced)


def test_downloads_keep_proxies_certificates_and_indexes_but_nothing_that_says_what_is_installed_where() -> None:
    network = {
        **PROXY,
        "SSL_CERT_FILE": "/etc/ca.pem",
        "PIP_INDEX_URL": "https://index.example.com/simple",
        "UV_INDEX_INTERNAL_PASSWORD": "secret",
        "UV_DEFAULT_INDEX": "https://index.example.com/simple",
    }

    variables = environment.setup({**SHELL, **HOSTILE, **network, "PIP_REQUIRE_VIRTUALENV": "1", "UV_TARGET": "/x"})

    assert variables.items() >= network.items()
    assert not {"VIRTUAL_ENV", "PIP_TARGET", "PIP_REQUIRE_VIRTUALENV", "UV_PYTHON", "UV_TARGET"} & set(variables)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "localhost,127.0.0.1"),
        ({"NO_PROXY": "example.com"}, "example.com,localhost,127.0.0.1"),
        ({"no_proxy": "localhost"}, "localhost,127.0.0.1"),
        ({"NO_PROXY": "localhost,127.0.0.1", "no_proxy": "example.com"}, "localhost,127.0.0.1"),
    ],
)
def test_downloads_reach_servers_of_this_machine_without_the_proxy(given: dict[str, str], expected: str) -> None:
    variables = environment.setup({**PROXY, **given})

    assert (variables["NO_PROXY"], variables["no_proxy"]) == (expected, expected)


def test_commands_for_the_users_account_keep_everything_but_options_of_python() -> None:
    variables = environment.user({**SHELL, **HOSTILE})

    kept = {name: value for name, value in {**SHELL, **HOSTILE}.items() if not name.startswith("PYTHON")}
    assert variables == {**kept, "PYTHONUTF8": "1"}


def commands(group: object) -> set[str]:
    registered = group.registered_commands  # type: ignore[attr-defined]
    return {each.name or each.callback.__name__.replace("_", "-") for each in registered}


def test_every_command_that_uses_an_aws_account_keeps_the_users_settings() -> None:
    known = {name for each in app.registered_groups for name in commands(each.typer_instance)}

    assert commands(account) | commands(airflow) | {"cdk", "deploy", "clear-failed", "new"} == USER_COMMANDS
    assert known >= USER_COMMANDS | SETUP_COMMANDS
    assert {kind_of([name]) for name in known - USER_COMMANDS - SETUP_COMMANDS} == {"local"}
    assert kind_of([]) == kind_of(["--help"]) == "local"


def test_a_command_starts_in_its_environment_and_mask_whatever_its_caller_has(tmp_path: Path) -> None:
    write_files(tmp_path)
    script = "import os, sys; print(sorted(os.environ), os.umask(0), sys.flags.optimize, sys.stdout.encoding, 'é')"
    command = [sys.executable, "-I", environment.__file__, "local", sys.executable, "-c", script]

    outputs = [
        subprocess.run(command, env=variables, umask=umask, capture_output=True, check=True).stdout.decode()
        for variables, umask in (({**SHELL, **hostile_variables(tmp_path)}, 0o077), (SHELL, 0o000))
    ]

    assert outputs[0] == outputs[1]
    assert outputs[0].rstrip().endswith("] 18 0 utf-8 é")


def test_the_command_line_answers_in_a_hostile_shell(tmp_path: Path) -> None:
    write_files(tmp_path)
    variables = {**hostile_variables(tmp_path), "PATH": os.environ["PATH"], "PLATFORM_STATE": str(tmp_path / "state")}
    python = [sys.executable, "-E", "-s"]
    # Without `make`, Python itself reads two of them: where `-m` looks, and what it imports at the very start.
    plain = {name: value for name, value in variables.items() if name not in ("PYTHONSAFEPATH", "PYTHONINSPECT")}

    for command, environ in ((python, variables), ([sys.executable], plain)):
        done = subprocess.run(
            [*command, "-m", "cli", "status"], cwd=REPOSITORY, env=environ, capture_output=True, text=True, check=False
        )

        assert done.stderr == "error: the local platform is not running; start it with `make up`\n"
        assert done.returncode == 1
        (tmp_path / "foreign modules" / "sitecustomize.py").unlink(missing_ok=True)

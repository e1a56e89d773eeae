"""Every command that doctor prints exists: in botocore's models, in the CLI of the platform or in the Makefile."""

import re
import shlex

import botocore.session
from typer.main import get_command

from checks.assembly import Assembly
from cli.commands import app
from common.paths import REPOSITORY
from operations.doctor.examination import examine
from tests.operations.doctor.accounts import FRESH, LAPTOP, UNTOUCHED, subject

_SESSION = botocore.session.get_session()
_HIGH_LEVEL = {"s3"}
#: Options that the AWS CLI names otherwise than the API, because its global options have the name (awscli, argrename).
_RENAMED = {"notification-endpoint": "endpoint"}


def commands(assembly: Assembly) -> list[list[str]]:
    obstacles = [each for account in (FRESH, UNTOUCHED) for each in examine(subject(assembly, account, LAPTOP))]
    lines = [line for obstacle in obstacles for line in obstacle.remedy]
    return [shlex.split(line, comments=True) for line in lines]


def unknown_options(words: list[str]) -> list[str]:
    """Return the options of an `aws` command that its operation does not have."""
    service, operation, *rest = words
    model = _SESSION.get_service_model({"s3api": "s3"}.get(service, service))
    options = [_RENAMED.get(word[2:], word[2:]) for word in rest if word.startswith("--")]
    if operation == "wait":
        waiters = _SESSION.get_component("data_loader").load_service_model(service, "waiters-2")["waiters"]
        name = "".join(part.title() for part in rest[0].split("-"))
        operation_name = waiters[name]["operation"]
    else:
        operation_name = next(name for name in model.operation_names if _kebab(name) == operation)
    members = {_kebab(name) for name in model.operation_model(operation_name).input_shape.members}
    return [option for option in options if option.removeprefix("no-") not in members and option not in members]


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def test_every_aws_command_has_an_operation_with_its_options(assembly: Assembly) -> None:
    found = [words[1:] for words in commands(assembly) if words[0] == "aws" and words[1] not in _HIGH_LEVEL]
    assert len(found) > 15
    assert {" ".join(words): unknown for words in found if (unknown := unknown_options(words))} == {}


def test_every_command_of_the_platform_exists(assembly: Assembly) -> None:
    names = set(get_command(app).commands)  # type: ignore[attr-defined]
    used = {words[3] for words in commands(assembly) if words[1:3] == ["-m", "cli"]}
    assert {"cdk", "clear-failed"} <= used
    assert used <= names


def test_every_make_target_exists(assembly: Assembly) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), flags=re.MULTILINE))
    assert {words[1] for words in commands(assembly) if words[0] == "make"} <= targets

import errno
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from botocore import exceptions

from cli import application
from cli.account_errors import sentence_of
from common.paths import REPOSITORY
from jobs.contracts.pipeline import pipeline_names
from tests.common.hostile_variables import command_line

PIPELINE = pipeline_names()[0]


def test_an_error_of_aws_says_what_to_do() -> None:
    expired = exceptions.ClientError({"Error": {"Code": "ExpiredToken", "Message": "it expired"}}, "AssumeRole")
    denied = exceptions.ClientError({"Error": {"Code": "AccessDenied", "Message": "not allowed"}}, "AssumeRole")

    assert sentence_of(exceptions.NoRegionError()) == "AWS: You must specify a region; set AWS_REGION"
    assert str(sentence_of(expired)).endswith("check with `aws sts get-caller-identity`")
    assert str(sentence_of(denied)).endswith("(AccessDenied) when calling the AssumeRole operation: not allowed")
    assert str(sentence_of(exceptions.ProxyConnectionError(proxy_url="p"))).endswith("and any AWS_ENDPOINT_URL")
    assert sentence_of(ValueError("a mistake of this program")) is None


@pytest.mark.parametrize(
    ("arguments", "variables", "message"),
    [
        (
            ["drift", "dev"],
            {"AWS_PROFILE": "nobody"},
            "error: AWS: The config profile (nobody) could not be found; set",
        ),
        (["airflow-smoke", "dev"], {}, "error: AWS: Unable to locate credentials; sign in"),
        (["land", "--bucket", "b", "--pipeline", PIPELINE], {"AWS_PROFILE": "nobody"}, "error: AWS: The config"),
    ],
)
def test_wrong_aws_settings_are_one_sentence(
    tmp_path: Path, arguments: list[str], variables: dict[str, str], message: str
) -> None:
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true", **variables}

    done = subprocess.run(
        command_line(*arguments), cwd=REPOSITORY, env=environ, capture_output=True, text=True, check=False
    )

    assert done.stderr.startswith(message)
    assert done.stderr.count("\n") == 1
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/state/x"), "error: /state/x: the disk is full; make space"),
        (PermissionError(errno.EACCES, "Permission denied", "/state"), "error: /state: this user may not write there"),
    ],
)
def test_a_disk_that_cannot_be_written_is_one_sentence(
    error: OSError, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> Any:
        raise error

    monkeypatch.setattr(application, "app", fail)

    with pytest.raises(SystemExit) as ended:
        application.run(uses_account=False)

    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith(message)


def test_a_mistake_of_the_program_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Any:
        raise KeyError("a name")

    monkeypatch.setattr(application, "app", fail)

    with pytest.raises(KeyError):
        application.run(uses_account=True)

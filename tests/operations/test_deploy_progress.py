"""The recorded output is that of CDK CLI 2.1148.1 for two stacks on the emulator; one of them fails."""

import sys
from pathlib import Path

import pytest
from rich.console import Console

from operations import cdk
from operations.deploy_progress import DeployProgress, where_to_look
from operations.watched_deployment import deploy_watched
from operations.watched_process import run_watched

RECORDED = Path(__file__).with_name("recorded") / "cdk-deploy.txt"


def shown(lines: list[str]) -> tuple[DeployProgress, list[str]]:
    """The progress after these lines, none of which takes time, and what was shown."""
    progress = DeployProgress(lambda: 0.0)
    return progress, [each for line in lines for each in progress.read(line)]


def test_each_stack_has_a_start_a_result_and_the_reason_of_its_failure() -> None:
    progress, output = shown(RECORDED.read_text().splitlines())

    assert output == [
        "mlops-dev-keys: started, stack 1 of 7",
        "mlops-dev-keys: deployed after 0.0 min",
        "mlops-dev-compute: started, stack 6 of 7",
        "mlops-dev-compute: rolling back",
        "mlops-dev-compute: CREATE_FAILED AWS::CloudFormation::WaitCondition InjectedFailure: "
        "WaitCondition timed out. Received 0 conditions when expecting 1",
        "mlops-dev-compute: failed after 0.0 min",
    ]
    keys, compute = progress.stacks["mlops-dev-keys"], progress.stacks["mlops-dev-compute"]
    assert (keys.result, keys.done, keys.total, keys.active) == ("deployed", 16, 16, {})
    assert compute.result == "failed"


def test_the_failed_stack_says_where_to_look_and_what_to_do() -> None:
    progress, _ = shown(RECORDED.read_text().splitlines())

    lines = list(where_to_look(progress, "dev", "deploy-dev.log"))

    assert lines[0].startswith("mlops-dev-compute failed: AWS::CloudFormation::WaitCondition InjectedFailure: Wait")
    assert lines[1].endswith("describe-stack-events --stack-name mlops-dev-compute")
    assert "deploy-dev.log" in lines[2]
    assert "docs/deploy.md" in lines[2]
    assert "`make deploy ENV=dev` again" in lines[3]


def test_a_long_creation_shows_what_it_waits_for_once_a_minute() -> None:
    lines = [
        "mlops-dev-orchestration: deploying... [4/7]",
        "mlops-dev-orchestration |  8/10 | 12:23:09 PM | CREATE_IN_PROGRESS | AWS::MWAA::Environment | Airflow (A1) ",
        "mlops-dev-orchestration |  9/10 | 12:23:09 PM | CREATE_COMPLETE | AWS::IAM::Role | Airflow/Role (A2) ",
    ]
    now = 0.0
    progress = DeployProgress(lambda: now)
    for line in lines:
        list(progress.read(line))

    assert list(progress.waiting()) == []
    now = 840.0
    assert list(progress.waiting()) == [
        "mlops-dev-orchestration: 9 of 10 resources after 14 min, in progress: AWS::MWAA::Environment"
    ]
    assert list(progress.waiting()) == []


def test_the_consequences_of_a_failure_are_not_its_reason() -> None:
    event = "mlops-dev-data |  3/40 | 12:00:00 PM | CREATE_FAILED | AWS::S3::Bucket | "
    cancelled, refused = f"{event}Raw (R1) Resource creation cancelled", f"{event}Landing (L1) already exists"

    progress, output = shown([cancelled, refused])

    assert output == ["mlops-dev-data: CREATE_FAILED AWS::S3::Bucket Landing (L1): already exists"]
    assert progress.stacks["mlops-dev-data"].failures == ["AWS::S3::Bucket Landing (L1): already exists"]


def test_assets_unchanged_stacks_and_questions_are_shown() -> None:
    lines = [
        "mlops-dev-tracking: success: Built image",
        "mlops-dev-tracking: fail: docker build exited with error code 1: exec format error",
        "✅  mlops-dev-keys (no changes)",
        "MFA token for arn:aws:iam::111111111111:mfa/me: ",
        "❌ Deployment failed: Error: no credentials",
    ]
    _, output = shown(lines)

    assert output == [lines[1], "mlops-dev-keys: unchanged after 0.0 min", *lines[3:]]


def test_the_assets_are_counted_before_the_first_stack() -> None:
    now = 0.0
    progress = DeployProgress(lambda: now)
    list(progress.read("mlops-dev-tracking: success: Built image"))

    assert list(progress.waiting()) == []
    now = 120.0
    assert list(progress.waiting()) == ["files and images: 1 built or uploaded after 2 min"]


@pytest.fixture
def command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the place of the CDK CLI that prints the recorded output and fails."""
    script = tmp_path / "cdk.py"
    script.write_text(f"import sys\nprint(open({str(RECORDED)!r}).read())\nsys.exit(1)\n")
    monkeypatch.setattr(cdk, "cdk_command", lambda: [sys.executable, str(script)])
    monkeypatch.setenv("PLATFORM_STATE", str(tmp_path / "state"))
    return tmp_path / "state" / "logs" / "deploy-dev.log"


def test_a_deployment_keeps_the_complete_output_and_ends_with_a_table(command_line: Path) -> None:
    console = Console(record=True, width=120)

    assert deploy_watched("dev", [], console, targets=("--all",)) == 1

    text = console.export_text()
    assert "mlops-dev-compute │ failed" in text
    assert "mlops-dev-keys    │ deployed │ 16 of 16" in text
    assert f"complete output: {command_line}" in text
    assert "Keys/Logs (KeysLogs7981C88C)" in command_line.read_text()


def test_the_output_of_the_command_line_is_shown_on_request(
    command_line: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert deploy_watched("dev", ["--progress=bar"], Console(), targets=("--all",)) == 1

    assert "Keys/Logs (KeysLogs7981C88C)" in capfd.readouterr().out
    assert not command_line.exists()


def test_a_silent_process_is_noticed_and_a_question_is_a_line(tmp_path: Path) -> None:
    program = "import sys, time; print('one'); time.sleep(0.5); sys.stdout.write('MFA token: '); sys.stdout.flush()"
    lines: list[str] = []
    silences: list[int] = []

    code = run_watched(
        [sys.executable, "-u", "-c", program],
        cwd=tmp_path,
        env={},
        log=tmp_path / "log",
        on_line=lines.append,
        on_silence=lambda: silences.append(1),
        seconds=0.1,
    )

    assert code == 0
    assert lines == ["one", "MFA token: "]
    assert silences
    assert (tmp_path / "log").read_text() == "one\nMFA token: "

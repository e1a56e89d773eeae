"""The function that runs one-off tasks: Secrets Manager is moto's, ECS a stand-in that tells what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.tracking.function import handler

TASK = "arn:aws:ecs:us-east-1:111111111111:task-definition/mlops-dev-tracking-migrate:7"
FIRST = "first"
TOKEN = "11111111-2222-3333-4444-555555555555"  # noqa: S105


@dataclass
class Ecs:
    """A cluster whose tasks end with the exit code given when somebody waits; a token names one task."""

    exit_code: int = 0
    has_room: bool = True
    ran: list[Mapping[str, Any]] = field(default_factory=list)
    codes: dict[str, int | None] = field(default_factory=dict)
    redeployed: list[str] = field(default_factory=list)

    def run_task(self, **request: Any) -> dict[str, Any]:
        task = f"task-{request['clientToken']}"
        if self.has_room and task not in self.codes:
            self.ran.append(request)
            self.codes[task] = None
        return {"tasks": [{"taskArn": task}] if self.has_room else [], "failures": [{"reason": "no room"}]}

    def get_waiter(self, name: str) -> "Ecs":
        assert name == "tasks_stopped"
        return self

    def wait(self, **request: Any) -> None:
        for task in request["tasks"]:
            self.codes[task] = self.exit_code if self.codes[task] is None else self.codes[task]

    def describe_tasks(self, **request: Any) -> dict[str, Any]:
        return {"tasks": [self.described(task) for task in request["tasks"]]}

    def described(self, task: str) -> dict[str, Any]:
        code = self.codes[task]
        if code is None:
            return {"taskArn": task, "lastStatus": "PROVISIONING", "containers": [{}]}
        ended = {"containers": [{"exitCode": code}], "stoppedReason": "Essential container exited"}
        return {"taskArn": task, "lastStatus": "STOPPED", **ended}

    def update_service(self, **request: Any) -> None:
        assert request["forceNewDeployment"]
        self.redeployed.append(request["service"])


@pytest.fixture
def ecs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ecs]:
    cluster, genuine = Ecs(), boto3.client
    for name, value in {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "CLUSTER": "mlops-dev-tracking",
        "SERVICE": "mlops-dev-tracking",
        "SUBNETS": "subnet-1,subnet-2",
        "SECURITY_GROUP": "sg-1",
        "TASKS": "{}",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "client", lambda service: cluster if service == "ecs" else genuine(service))
    with mock_aws():
        yield cluster


def secret(name: str, username: str) -> str:
    value = json.dumps({"username": username, "password": FIRST})
    return str(boto3.client("secretsmanager").create_secret(Name=name, SecretString=value)["ARN"])


def value(arn: str, stage: str) -> dict[str, str]:
    answer = boto3.client("secretsmanager").get_secret_value(SecretId=arn, VersionStage=stage)
    found: dict[str, str] = json.loads(answer["SecretString"])
    return found


def step(name: str, arn: str) -> None:
    handler.handle({"Step": name, "SecretId": arn, "ClientRequestToken": TOKEN}, None)


@pytest.fixture
def answers() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Where CloudFormation waits, and what it was told."""
    told: list[dict[str, str]] = []

    class Listener(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", told
    server.shutdown()
    server.server_close()


def deploy(url: str, kind: str) -> None:
    identity = {"StackId": "stack", "RequestId": TOKEN, "LogicalResourceId": "Migration"}
    event = {"ResponseURL": url, "RequestType": kind, "ResourceProperties": {"TaskDefinition": TASK}, **identity}
    handler.handle(event, None)


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_deployment_runs_the_migration_and_is_told(
    kind: str, ecs: Ecs, answers: tuple[str, list[dict[str, str]]]
) -> None:
    url, told = answers
    deploy(url, kind)
    (request,) = ecs.ran
    assert (request["taskDefinition"], request["clientToken"]) == (TASK, f"0-{TOKEN}")
    network = request["networkConfiguration"]["awsvpcConfiguration"]
    assert network == {"subnets": ["subnet-1", "subnet-2"], "securityGroups": ["sg-1"], "assignPublicIp": "DISABLED"}
    assert told == [
        {
            "Status": "SUCCESS",
            "PhysicalResourceId": "tracking-migration",
            "StackId": "stack",
            "RequestId": TOKEN,
            "LogicalResourceId": "Migration",
        }
    ]


def test_a_migration_that_fails_fails_the_deployment_with_its_reason(
    ecs: Ecs, answers: tuple[str, list[dict[str, str]]]
) -> None:
    ecs.exit_code = 1
    deploy(answers[0], "Update")
    (told,) = answers[1]
    assert told["Status"] == "FAILED"
    assert told["Reason"].startswith(f"{TASK} ended with [1], Essential container exited; see its log stream")


def test_a_task_that_finds_no_room_fails_the_deployment(ecs: Ecs, answers: tuple[str, list[dict[str, str]]]) -> None:
    ecs.has_room = False
    deploy(answers[0], "Create")
    assert "was not started: [{'reason': 'no room'}]" in answers[1][0]["Reason"]


def test_deleting_the_stack_runs_nothing(ecs: Ecs, answers: tuple[str, list[dict[str, str]]]) -> None:
    deploy(answers[0], "Delete")
    assert (ecs.ran, answers[1][0]["Status"]) == ([], "SUCCESS")


def test_a_rotation_gives_jobs_the_other_user_and_a_new_password(ecs: Ecs, monkeypatch: pytest.MonkeyPatch) -> None:
    arn = secret("jobs", "jobs-a")
    monkeypatch.setenv("TASKS", json.dumps({"set-jobs": arn}))
    step("createSecret", arn)
    pending = value(arn, "AWSPENDING")
    step("createSecret", arn)
    assert value(arn, "AWSPENDING") == pending
    assert pending["username"] == "jobs-b"
    assert len(pending["password"]) >= 40
    step("setSecret", arn)
    assert [request["taskDefinition"] for request in ecs.ran] == ["set-jobs"]
    step("testSecret", arn)
    assert value(arn, "AWSCURRENT")["username"] == "jobs-a"
    step("finishSecret", arn)
    assert value(arn, "AWSCURRENT") == pending
    step("setSecret", arn)
    assert (len(ecs.ran), ecs.redeployed) == (1, [])


def test_a_password_that_mlflow_did_not_take_never_becomes_current(ecs: Ecs, monkeypatch: pytest.MonkeyPatch) -> None:
    arn = secret("admin", "admin")
    monkeypatch.setenv("TASKS", json.dumps({"set-admin": arn}))
    step("createSecret", arn)
    ecs.exit_code = 1
    with pytest.raises(handler.OperationError, match="set-admin ended with"):
        step("setSecret", arn)
    assert value(arn, "AWSPENDING")["username"] == "admin"
    assert value(arn, "AWSCURRENT")["password"] == FIRST


def test_a_step_that_is_repeated_waits_for_the_same_task_and_after_a_failure_for_a_new_one(
    ecs: Ecs, monkeypatch: pytest.MonkeyPatch
) -> None:
    arn = secret("jobs", "jobs-a")
    monkeypatch.setenv("TASKS", json.dumps({"set-jobs": arn}))
    step("createSecret", arn)
    ecs.exit_code = 1
    with pytest.raises(handler.OperationError):
        step("setSecret", arn)
    ecs.exit_code = 0
    step("setSecret", arn)
    step("setSecret", arn)
    assert [request["clientToken"] for request in ecs.ran] == [f"0-{TOKEN}", f"1-{TOKEN}"]


def test_two_calls_of_one_step_agree_on_the_password(ecs: Ecs, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second call looked for a value before the first one stored it."""
    arn = secret("jobs", "jobs-a")
    monkeypatch.setenv("TASKS", json.dumps({"set-jobs": arn}))
    step("createSecret", arn)
    pending = value(arn, "AWSPENDING")
    monkeypatch.setattr(handler, "_has_value", lambda *_: False)
    client = boto3.client("secretsmanager")
    # Secrets Manager refuses another value for the same token; moto replaces it.
    refusal = client.exceptions.ResourceExistsException({"Error": {"Code": "ResourceExistsException"}}, "Put")
    monkeypatch.setattr(client, "put_secret_value", raising(refusal))
    monkeypatch.setattr(boto3, "client", lambda service: client if service == "secretsmanager" else ecs)
    step("createSecret", arn)
    assert value(arn, "AWSPENDING") == pending


def raising(error: Exception) -> Callable[..., None]:
    def fail(**_: Any) -> None:
        raise error

    return fail


def test_a_key_of_sessions_that_is_current_already_still_starts_the_servers_again(ecs: Ecs) -> None:
    arn = secret("session", "session")
    for name in ("createSecret", "finishSecret", "finishSecret"):
        step(name, arn)
    assert ecs.redeployed == ["mlops-dev-tracking"] * 2


def test_a_new_key_of_sessions_starts_the_servers_again(ecs: Ecs) -> None:
    arn = secret("session", "session")
    for name in ("createSecret", "setSecret", "testSecret", "finishSecret"):
        step(name, arn)
    assert value(arn, "AWSCURRENT")["password"] != FIRST
    assert (ecs.ran, ecs.redeployed) == ([], ["mlops-dev-tracking"])

"""Runs one-off tasks of MLflow: the migration when the stack is deployed, and a new password when a secret rotates.

It runs outside the VPC, because its network interfaces would delay the deletion of the stack, and accesses MLflow's
database only through the tasks that it starts.

Calls may overlap and repeat, because no executions are reserved: the first call of a rotation step decides the new
password, calls with one token wait for the same task, and the tasks themselves hold a lock in the database.
"""

import json
import os
import secrets
import urllib.request
from collections.abc import Mapping
from typing import Any

import boto3

#: Shorter than the function's timeout, so that CloudFormation gets a response.
_WAITER = {"Delay": 6, "MaxAttempts": 130}
#: Rotation alternates between two users, so the password of a running job stays valid.
_NEXT_USER = {"jobs-a": "jobs-b", "jobs-b": "jobs-a"}
_BYTES = 30
#: The calls that start another task after the task of an earlier call with the same token has failed.
_ATTEMPTS = 10
_TOKEN_LENGTH = 64


class OperationError(RuntimeError):
    """An ECS task that did not start or did not succeed."""


def handle(event: Mapping[str, Any], context: Any) -> None:  # noqa: ARG001 - the signature of Lambda
    """Handle a CloudFormation custom resource request or a rotation step of Secrets Manager."""
    if "ResponseURL" in event:
        _deploy(event)
    else:
        rotate(event["Step"], event["SecretId"], event["ClientRequestToken"])


def _deploy(event: Mapping[str, Any]) -> None:
    """Run the migration and always send a response to CloudFormation, also after an error."""
    answer = {
        "Status": "SUCCESS",
        "PhysicalResourceId": "tracking-migration",
        **{key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")},
    }
    try:
        if event["RequestType"] != "Delete":
            run_task(event["ResourceProperties"]["TaskDefinition"], token=event["RequestId"])
    except Exception as error:
        # Without a response the stack operation waits until the timeout of the resource.
        answer |= {"Status": "FAILED", "Reason": str(error)}
    body = json.dumps(answer).encode()
    request = urllib.request.Request(event["ResponseURL"], data=body, method="PUT")  # noqa: S310 - CloudFormation's
    urllib.request.urlopen(request, timeout=30).close()  # noqa: S310 - the same


def rotate(step: str, secret: str, token: str) -> None:
    """Run one step of a rotation; idempotent."""
    client = boto3.client("secretsmanager")
    versions = client.describe_secret(SecretId=secret)["VersionIdsToStages"]
    is_current = "AWSCURRENT" in versions.get(token, [])
    if step == "createSecret" and not is_current and not _has_value(client, secret, token):
        _create(client, secret, token)
    elif step == "setSecret" and not is_current and secret in _tasks():
        # The task logs in with the new password before it ends, so the step `testSecret` does nothing.
        run_task(_tasks()[secret], token=token)
    elif step == "finishSecret":
        if not is_current:
            current_version = next(version for version, stages in versions.items() if "AWSCURRENT" in stages)
            client.update_secret_version_stage(
                SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=current_version
            )
        if secret not in _tasks():
            # A secret without an account is the session key, which servers read at start.
            service = {"cluster": os.environ["CLUSTER"], "service": os.environ["SERVICE"]}
            boto3.client("ecs").update_service(**service, forceNewDeployment=True)


def _create(client: Any, secret: str, token: str) -> None:
    current = json.loads(client.get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")["SecretString"])
    user = _NEXT_USER.get(current["username"], current["username"])
    value = json.dumps({"username": user, "password": secrets.token_urlsafe(_BYTES)})
    try:
        client.put_secret_value(
            SecretId=secret, ClientRequestToken=token, SecretString=value, VersionStages=["AWSPENDING"]
        )
    except client.exceptions.ResourceExistsException:
        # Another call of this step was first. Its password is the pending one.
        print(f"{secret}: the version {token} has a value already")


def run_task(definition: str, *, token: str) -> None:
    """Run a task and wait until it stops; raises OperationError unless its container exits with 0.

    ECS returns the same task for a token until an hour after the task has stopped (ECS API reference, "Ensuring
    idempotency", read 2026-11-29). A call that gets a task which has failed before therefore starts another one.
    """
    for attempt in range(_ATTEMPTS):
        client, task_arn = boto3.client("ecs"), _start(definition, f"{attempt}-{token}"[:_TOKEN_LENGTH])
        place = {"cluster": os.environ["CLUSTER"], "tasks": [task_arn]}
        before = [task for task in client.describe_tasks(**place)["tasks"] if task["lastStatus"] == "STOPPED"]
        if not any(map(_failure, before)):
            break
    client.get_waiter("tasks_stopped").wait(**place, WaiterConfig=_WAITER)
    failure = _failure(client.describe_tasks(**place)["tasks"][0])
    if failure:
        raise OperationError(f"{definition} ended with {failure}; see its log stream ({task_arn})")


def _failure(task: Mapping[str, Any]) -> str:
    """Return the exit codes and the reason of a stopped task; empty if it succeeded."""
    codes = [container.get("exitCode") for container in task["containers"]]
    return "" if codes == [0] else f"{codes}, {task.get('stoppedReason', 'no reason given')}"


def _start(definition: str, token: str) -> str:
    client = boto3.client("ecs")
    network = {
        "subnets": os.environ["SUBNETS"].split(","),
        "securityGroups": [os.environ["SECURITY_GROUP"]],
        "assignPublicIp": "DISABLED",
    }
    answer = client.run_task(
        cluster=os.environ["CLUSTER"],
        taskDefinition=definition,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": network},
        clientToken=token,
    )
    if not answer["tasks"]:
        raise OperationError(f"{definition} was not started: {answer['failures']}")
    return str(answer["tasks"][0]["taskArn"])


def _tasks() -> dict[str, str]:
    """The task definition that sets the account of a secret, by the secret's ARN."""
    return {secret: task for task, secret in json.loads(os.environ["TASKS"]).items()}


def _has_value(client: Any, secret: str, token: str) -> bool:
    try:
        client.get_secret_value(SecretId=secret, VersionId=token, VersionStage="AWSPENDING")
    except client.exceptions.ResourceNotFoundException:
        return False
    return True

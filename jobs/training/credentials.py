"""How a job logs in to MLflow: with user and password from Secrets Manager, never from its request."""

import json
import os

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from jobs.contracts.training import Variable
from jobs.training.errors import TrainingError


def log_in(secret: str) -> None:
    """Give MLflow's client what the secret holds; nothing to do where no secret is named.

    Raises TrainingError when the secret cannot be read. What was read stays valid while the job runs: a rotation gives
    the secret another user and leaves this one its password.
    """
    if not secret:
        return
    try:
        answer = boto3.client("secretsmanager").get_secret_value(SecretId=secret)
    except (BotoCoreError, ClientError) as error:
        raise TrainingError(
            f"secret {secret!r} cannot be read: {error}; correct {Variable.TRACKING_SECRET} or the job's role"
        ) from error
    account = json.loads(answer["SecretString"])
    os.environ["MLFLOW_TRACKING_USERNAME"] = account["username"]
    os.environ["MLFLOW_TRACKING_PASSWORD"] = account["password"]

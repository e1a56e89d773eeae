"""Credentials for MLflow, which a job reads from Secrets Manager."""

import json
import os

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from jobs.contracts.training import Variable
from jobs.training.errors import TrainingError


def log_in(secret: str) -> None:
    """Set user and password of the MLflow client from the secret; do nothing when `secret` is empty.

    Raises TrainingError when the secret cannot be read. The credentials stay valid while the job runs, because a
    rotation switches the secret to another user and keeps the password of this one.
    """
    if not secret:
        return
    try:
        response = boto3.client("secretsmanager").get_secret_value(SecretId=secret)
    except (BotoCoreError, ClientError) as error:
        raise TrainingError(
            f"secret {secret!r} cannot be read: {error}; "
            f"correct {Variable.TRACKING_SECRET} or the permissions of the job's role"
        ) from error
    account = json.loads(response["SecretString"])
    os.environ["MLFLOW_TRACKING_USERNAME"] = account["username"]
    os.environ["MLFLOW_TRACKING_PASSWORD"] = account["password"]

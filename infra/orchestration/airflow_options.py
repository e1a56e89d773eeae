"""Airflow configuration options of MWAA: the secrets backend, and the retries and time limit of tasks."""

import json

from infra.names import PlatformNames

#: MWAA's queue hands a task out again after these seconds, and no setting changes that
#: (github.com/aws/amazon-mwaa-docker-images, images/airflow/3.0.6/python/mwaa/config/airflow.py, read 2026-11-24).
QUEUE_VISIBILITY_SECONDS = 43200

_TASK_SECONDS = QUEUE_VISIBILITY_SECONDS - 3600


def secret_prefix(names: PlatformNames, kind: str) -> str:
    """What the names of this environment's secret `connections` or `variables` start with."""
    return f"{names.prefix}/airflow/{kind}"


def airflow_options(names: PlatformNames) -> dict[str, str]:
    """Options of Airflow that MWAA lets an environment set."""
    return {
        # Connections and variables live in Secrets Manager: losing the metadata database loses history, nothing else.
        "secrets.backend": "airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend",
        "secrets.backend_kwargs": json.dumps(
            {
                "connections_prefix": secret_prefix(names, "connections"),
                # MWAA's own default: the default connection is the role itself, and is never looked up.
                "connections_lookup_pattern": "^(?!aws_default$).*$",
                "variables_prefix": secret_prefix(names, "variables"),
                "config_prefix": None,
            }
        ),
        # Airflow's defaults, written so that an image with others changes nothing.
        "api.expose_config": "False",
        "core.test_connection": "Disabled",
        # A task that says nothing of it is tried again once: every task may run twice.
        "core.default_task_retries": "1",
        # A task that outlives the queue's patience would be started a second time beside itself.
        "core.default_task_execution_timeout": str(_TASK_SECONDS),
        # The DAG folder never changes below its hash, so files need no second look every half minute.
        "dag_processor.min_file_process_interval": "300",
    }

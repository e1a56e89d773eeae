"""Airflow configuration options of MWAA: the secrets backend, and the retries and time limit of tasks."""

import json

from infra.names import PlatformNames
from jobs.contracts.time_limits import QUEUE_VISIBILITY_MINUTES, TASK_MINUTES

#: The visibility timeout of MWAA's queue.
QUEUE_VISIBILITY_SECONDS = QUEUE_VISIBILITY_MINUTES * 60

_TASK_SECONDS = TASK_MINUTES * 60


def secret_prefix(names: PlatformNames, kind: str) -> str:
    """The name prefix of the environment's secrets that hold `connections` or `variables`."""
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
        # Airflow's defaults, set explicitly so that another default of an image has no effect.
        "api.expose_config": "False",
        "core.test_connection": "Disabled",
        # Tasks without a retry setting of their own are retried once; every task is idempotent.
        "core.default_task_retries": "1",
        # An update waits for running tasks, and the queue would start a longer task a second time.
        "core.default_task_execution_timeout": str(_TASK_SECONDS),
        # The DAG folder of a release never changes, so files need not be parsed every 30 seconds.
        "dag_processor.min_file_process_interval": "300",
    }

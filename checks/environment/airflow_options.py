"""Options of MWAA that have an effect: the environment's Airflow knows them, and MWAA does not set them itself."""

from functools import cache
from pathlib import Path

from checks.finding import Finding
from checks.permissions.policies import Template

OPTIONS = "Airflow options"

_LISTS = Path(__file__).with_name("airflow")
#: A section of our own, which DAGs read.
_OWN = "platform."
#: What MWAA sets after the options of an environment (github.com/aws/amazon-mwaa-docker-images, the functions
#: `_get_essential_...` in python/mwaa/config/airflow.py of the images 3.0.6, 3.2.1 and 3.3.1, read 2026-11-29).
_OF_MWAA = frozenset(
    {
        *("api.secret_key", "api_auth.jwt_algorithm", "api_auth.jwt_secret", "celery.broker_url"),
        *("celery.celery_config_options", "celery.result_backend", "celery.worker_enable_remote_control"),
        *("core.auth_manager", "core.execution_api_server_url", "core.executor", "core.fernet_key"),
        *("core.load_examples", "core.multi_team", "database.sql_alchemy_conn", "execution_api.jwt_expiration_time"),
        *("fab.config_file", "logging.colored_console_log", "logging.logging_config_class", "operators.default_queue"),
        *("scheduler.standalone_dag_processor", "triggerer.queues_enabled"),
    }
)
#: MWAA hands these three to its publisher of metrics, and sets all others of the section.
_METRICS = frozenset({"metrics.metrics_allow_list", "metrics.metrics_block_list", "metrics.statsd_on"})


def validate_options(stack: str, template: Template) -> list[Finding]:
    """Return the options of MWAA environments that the version does not know or that MWAA overrides."""
    return [
        Finding(OPTIONS, rule, f"{stack}/{logical_id}", f"{option}: {what}")
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == "AWS::MWAA::Environment"
        for option in resource["Properties"].get("AirflowConfigurationOptions", {})
        for rule, what in _problems(option, resource["Properties"].get("AirflowVersion", ""))
    ]


@cache
def known_options(version: str) -> frozenset[str]:
    """Return the options of an Airflow version; none of a version without a list."""
    path = _LISTS / f"options-{version}.txt"
    lines = path.read_text().splitlines() if path.is_file() else ()
    return frozenset(line for line in lines if not line.startswith("#"))


def _problems(option: str, version: str) -> list[tuple[str, str]]:
    if option.startswith(_OWN):
        return []
    if option in _OF_MWAA or (option.startswith("metrics.") and option not in _METRICS):
        return [("overridden option", "MWAA sets this option itself; remove it")]
    if option not in known_options(version):
        return [("unknown option", f"Airflow {version} has no such option; it would be ignored")]
    return []

from dataclasses import replace

import pytest

from infra.config.service_config import AirflowConfig, BudgetConfig, RetentionConfig, TrackingConfig
from infra.config.validation import ConfigError
from infra.environments import DEV


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": "2.10.3"}, r"airflow.version: received '2.10.3'; allowed is one of \['3.0.6', '3.2.1', '3.3.1'\]"),
        ({"environment_class": "mw1.huge"}, "airflow.environment_class: received 'mw1.huge'; allowed is one of"),
        ({"maximum_workers": 26}, "airflow.maximum_workers: received 26; allowed is 1 to 25"),
        ({"minimum_workers": 3}, "airflow.maximum_workers: received 2; allowed is 3 to 25"),
        ({"schedulers": 1}, "airflow.schedulers: received 1; allowed is 2 to 5"),
        ({"environment_class": "mw1.micro"}, "airflow.maximum_workers: received 2; allowed is 1 to 1"),
        ({"minimum_webservers": 1}, "airflow.minimum_webservers: received 1; allowed is 2 to 5"),
        ({"minimum_webservers": 3}, "airflow.maximum_webservers: received 2; allowed is 3 to 5"),
        ({"endpoint_management": "none"}, "airflow.endpoint_management: received 'none'"),
        ({"poll_seconds": 0}, "airflow.poll_seconds: received 0; allowed is 1 to 600"),
    ],
)
def test_an_airflow_that_mwaa_would_refuse_is_refused_here(change: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        replace(AirflowConfig(), **change)  # type: ignore[arg-type]


def test_the_micro_class_has_one_of_everything() -> None:
    micro = AirflowConfig(
        environment_class="mw1.micro", maximum_workers=1, schedulers=1, minimum_webservers=1, maximum_webservers=1
    )
    assert (micro.maximum_workers, micro.schedulers) == (1, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"host": "MLflow"}, "tracking.host: received 'MLflow'"),
        ({"cpu": 300}, "tracking.cpu: received 300; allowed is one of"),
        ({"memory_mib": 512}, "tracking.memory_mib for 512 CPU units: received 512"),
        ({"tasks": 0}, "tracking.tasks: received 0; allowed is 1 to 10"),
        ({"maximum_tasks": 0}, "tracking.maximum_tasks: received 0; allowed is 1 to 20"),
        ({"tasks": 5}, "tracking.maximum_tasks: received 4; allowed is 5 to 20"),
        ({"password_days": 0}, "tracking.password_days: received 0; allowed is 1 to 365"),
        ({"database_class": "m5.large"}, r"tracking.database_class: received 'm5.large'; .*Graviton"),
        ({"database_gb": 5}, "tracking.database_gb: received 5; allowed is 20 to 16384"),
        ({"function_concurrency": 0}, "tracking.function_concurrency: received 0; allowed is 1 to 100"),
    ],
)
def test_a_tracking_server_that_aws_would_refuse_is_refused_here(change: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        replace(DEV.tracking, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"log_days": 31}, "retention.log_days: received 31; allowed is one of"),
        ({"backup_days": 0}, "retention.backup_days: received 0; allowed is 1 to 35"),
        ({"noncurrent_days": 0}, "retention.noncurrent_days: received 0"),
        ({"query_result_days": 400}, "retention.query_result_days: received 400"),
    ],
)
def test_retention_is_what_the_services_take(change: dict[str, int], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        replace(RetentionConfig(), **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"monthly_usd": 0}, "budget.monthly_usd: received 0; allowed is a positive number"),
        ({"email": "nobody"}, "budget.email: received 'nobody'"),
        ({"alert_percent": (100, 50)}, "budget.alert_percent: .*; allowed is one to five rising percentages"),
        ({"alert_percent": ()}, "budget.alert_percent"),
    ],
)
def test_a_budget_must_be_able_to_warn(change: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        replace(BudgetConfig(monthly_usd=10, email="a@example.com"), **change)  # type: ignore[arg-type]


def test_defaults_are_allowed() -> None:
    assert TrackingConfig(host="mlflow.mlops.internal").multi_az is False

"""Settings of Airflow, MLflow, retention and budget."""

from dataclasses import dataclass
from typing import Literal

from infra.config.certificates import PLACEHOLDER, CaBundle
from infra.config.email import require_address
from infra.config.host_names import require_certifiable, require_host
from infra.config.hosted_zone import ExistingZone
from infra.config.validation import require, require_between, require_match, require_one_of

#: Versions of MWAA whose image pins are in requirements/. New environments get the default, whose Airflow the tests and
#: the local platform run; 3.0.6 remains for environments that have it (docs/deploying-airflow.md, upgrading).
AIRFLOW_VERSIONS = ("3.0.6", "3.2.1", "3.3.1")
DEFAULT_AIRFLOW_VERSION = "3.2.1"

#: Classes of MWAA by the workers they may scale to (MWAA user guide, environment classes, read 2026-11-23).
AIRFLOW_CLASSES = {
    "mw1.micro": 1, "mw1.small": 25, "mw1.medium": 25, "mw1.large": 25, "mw1.xlarge": 25, "mw1.2xlarge": 25,
}  # fmt: skip

#: Fargate's task sizes: CPU units to the memory in MiB each allows (ECS developer guide, read 2026-11-23).
FARGATE_MEMORY = {
    256: (512, 1024, 2048),
    512: tuple(range(1024, 4097, 1024)),
    1024: tuple(range(2048, 8193, 1024)),
    2048: tuple(range(4096, 16385, 1024)),
    4096: tuple(range(8192, 30721, 1024)),
}

#: The retention periods in days that CloudWatch Logs accepts, up to two years.
LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731)

_DATABASE_CLASS = r"(t4g|m6g|m7g|m8g|r6g|r7g|r8g)\.(micro|small|medium|large|\d*xlarge)"


EndpointManagement = Literal["service", "customer"]


@dataclass(frozen=True, kw_only=True)
class AirflowConfig:
    """The MWAA environment.

    Set `endpoint_management` to `customer` if only the VPC's owner may create endpoints in it: MWAA then waits during
    its creation until `python -m cli airflow-endpoints` has created its two endpoints.
    """

    version: str = DEFAULT_AIRFLOW_VERSION
    environment_class: str = "mw1.small"
    minimum_workers: int = 1
    maximum_workers: int = 2
    minimum_webservers: int = 2
    maximum_webservers: int = 2
    schedulers: int = 2
    poll_seconds: int = 30
    endpoint_management: EndpointManagement = "service"

    def __post_init__(self) -> None:
        require_one_of("airflow.version", self.version, AIRFLOW_VERSIONS)
        require_one_of("airflow.endpoint_management", self.endpoint_management, ("customer", "service"))
        require_one_of("airflow.environment_class", self.environment_class, AIRFLOW_CLASSES)
        most = AIRFLOW_CLASSES[self.environment_class]
        require_between("airflow.minimum_workers", self.minimum_workers, 1, most)
        require_between("airflow.maximum_workers", self.maximum_workers, self.minimum_workers, most)
        # The micro class has one scheduler and one web server, all others two to five (botocore 1.44.5).
        low, high = (1, 1) if self.environment_class == "mw1.micro" else (2, 5)
        require_between("airflow.schedulers", self.schedulers, low, high)
        require_between("airflow.minimum_webservers", self.minimum_webservers, low, high)
        require_between("airflow.maximum_webservers", self.maximum_webservers, self.minimum_webservers, high)
        require_between("airflow.poll_seconds", self.poll_seconds, 1, 600)


@dataclass(frozen=True, kw_only=True)
class TrackingConfig:
    """MLflow on Fargate and its PostgreSQL database; `host` resolves inside the VPC only.

    The name is a record of `zone`, or of a private hosted zone that the platform creates for it.
    The certificate is one of a public authority unless `ca_bundle` contains the private authority that issued it.
    The service scales between `tasks` and `maximum_tasks`. `function_concurrency` reserves executions for the function
    that runs one-off tasks; by default none, because an account must keep at least ten unreserved executions and a new
    one has ten in all.
    """

    host: str
    certificate_arn: str | None = None
    ca_bundle: CaBundle | None = None
    zone: ExistingZone | None = None
    cpu: int = 512
    memory_mib: int = 2048
    tasks: int = 1
    maximum_tasks: int = 4
    password_days: int = 30
    database_class: str = "t4g.small"
    database_gb: int = 20
    multi_az: bool = False
    function_concurrency: int | None = None

    def __post_init__(self) -> None:
        require_host("tracking.host", self.host)
        if self.zone is not None:
            self.zone.require_below(self.host)
        has_certificate = self.certificate_arn is not None
        allowed = "None without tracking.certificate_arn: nothing uses a certificate that it could verify"
        require(has_certificate or self.ca_bundle is None, "tracking.ca_bundle", "certificates", allowed)
        if has_certificate and not self.is_placeholder:
            require_certifiable(self.host, is_public=self.ca_bundle is None)
        require_one_of("tracking.cpu", self.cpu, FARGATE_MEMORY)
        require_one_of(f"tracking.memory_mib for {self.cpu} CPU units", self.memory_mib, FARGATE_MEMORY[self.cpu])
        require_between("tracking.tasks", self.tasks, 1, 10)
        require_between("tracking.maximum_tasks", self.maximum_tasks, self.tasks, 20)
        require_between("tracking.password_days", self.password_days, 1, 365)
        require_match("tracking.database_class", self.database_class, _DATABASE_CLASS, "t4g.small (Graviton)")
        require_between("tracking.database_gb", self.database_gb, 20, 16384)
        if self.function_concurrency is not None:
            require_between("tracking.function_concurrency", self.function_concurrency, 1, 100)

    @property
    def is_placeholder(self) -> bool:
        """Whether the certificate is the placeholder of an environment that can be synthesized but not deployed."""
        return self.certificate_arn is not None and self.certificate_arn.endswith(PLACEHOLDER)


@dataclass(frozen=True, kw_only=True)
class RetentionConfig:
    """Retention of logs, noncurrent object versions, query results and database backups.

    Data is deleted with its stacks only after two confirmations: `keep_data` is False in the settings, and the
    deployment confirms the deletion by the environment's name (see app.py). Otherwise termination protection is on and
    data is retained when its stack is deleted. With `service_logs`, the stacks create the log groups of SageMaker and
    of Glue's optimizers, which belong to the account; services create them otherwise, and their events never expire.
    """

    log_days: int = 30
    noncurrent_days: int = 30
    query_result_days: int = 7
    backup_days: int = 7
    keep_data: bool = True
    service_logs: bool = False
    deletion_confirmed: bool = False

    def __post_init__(self) -> None:
        require_one_of("retention.log_days", self.log_days, LOG_DAYS)
        require_between("retention.noncurrent_days", self.noncurrent_days, 1, 3650)
        require_between("retention.query_result_days", self.query_result_days, 1, 365)
        require_between("retention.backup_days", self.backup_days, 1, 35)

    @property
    def keeps_data(self) -> bool:
        """Whether data is retained when its stacks are deleted."""
        return self.keep_data or not self.deletion_confirmed


@dataclass(frozen=True, kw_only=True)
class BudgetConfig:
    """The monthly budget and the address that receives its notifications."""

    monthly_usd: int
    email: str
    alert_percent: tuple[int, ...] = (50, 80, 100)

    def __post_init__(self) -> None:
        require(self.monthly_usd > 0, "budget.monthly_usd", self.monthly_usd, "a positive number of US dollars")
        require_address("budget.email", self.email)
        percents = self.alert_percent
        # AWS Budgets takes five notifications per budget.
        is_ascending = 1 <= len(percents) <= 5 and list(percents) == sorted(set(percents)) and percents[0] > 0
        require(is_ascending, "budget.alert_percent", percents, "one to five rising percentages above 0")

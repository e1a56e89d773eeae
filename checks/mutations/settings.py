"""Mistakes in settings, which a template does not show: the configuration must reject each of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from infra.config.certificates import CaBundle
from infra.config.hosted_zone import ExistingZone
from infra.config.platform_config import PlatformConfig
from infra.config.validation import ConfigError
from infra.environments import PROD
from infra.observability.metrics import metric
from infra.observability.section import MetricAlarm

_COMPUTE, _AIRFLOW = PROD.spark, PROD.airflow
_CERTIFICATE = f"arn:aws:acm:{PROD.region}:{PROD.account}:certificate/12345678-90ab-4cde-8f01-234567890abc"
_ZONE = ExistingZone(zone_id="Z0123456789ABCDEFGHIJ", name="mlops.internal")
_NAMED = ("us-east-1a", "us-east-1b")


def _contradicting_alarm() -> MetricAlarm:
    queued = metric("AmazonMWAA", "QueuedTasks", "Average", {"Function": "Executor"})
    return MetricAlarm("queued", "More than 10 tasks wait", queued, at_least=10)


@dataclass(frozen=True)
class SettingMistake:
    """A wrong setting, as the call that creates it."""

    name: str
    make: Callable[[], object]

    def rejection(self) -> str | None:
        """Return the error message of the configuration; None when it accepts the setting."""
        try:
            self.make()
        except ConfigError as error:
            return str(error)
        return None


def _prod(**changes: object) -> Callable[[], PlatformConfig]:
    return lambda: replace(PROD, **changes)  # type: ignore[arg-type]


def _prod_tracking(**changes: object) -> Callable[[], PlatformConfig]:
    return lambda: replace(PROD, tracking=replace(PROD.tracking, **changes))  # type: ignore[arg-type]


def _second_monitor() -> object:
    arn = f"arn:aws:ce::{PROD.account}:anomalymonitor/00000000-0000-0000-0000-000000000000"
    return replace(PROD.alerts, anomaly_monitor=arn, create_anomaly_monitor=True)


def _deployed(**changes: object) -> Callable[[], PlatformConfig]:
    """Prod with a certificate of its own, as it is deployed."""
    arn = f"arn:aws:acm:{PROD.region}:{PROD.account}:certificate/12345678-90ab-4cde-8f01-234567890abc"
    tracking = replace(PROD.tracking, host="mlflow.your-company.com", certificate_arn=arn)
    return _prod(tracking=tracking, **changes)


SETTING_MISTAKES = (
    SettingMistake("Spark on x86", lambda: replace(_COMPUTE, core_types=("m5.xlarge",))),
    SettingMistake(
        "Spark type that the release does not support", lambda: replace(_COMPUTE, core_types=("m9g.xlarge",))
    ),
    SettingMistake("EMR release that does not exist", lambda: replace(_COMPUTE, release="emr-9.9.9")),
    SettingMistake("cluster without idle timeout", lambda: replace(_COMPUTE, idle_minutes=0)),
    SettingMistake("training on Graviton", lambda: replace(PROD.sagemaker, training_instance_type="ml.m6g.xlarge")),
    SettingMistake("misspelled MWAA class", lambda: replace(_AIRFLOW, environment_class="mw1.huge")),
    SettingMistake("MWAA version that does not exist", lambda: replace(_AIRFLOW, version="9.9.9")),
    SettingMistake("more workers than the class allows", lambda: replace(_AIRFLOW, maximum_workers=1000)),
    SettingMistake("unencrypted HTTP in production", _prod(tracking=replace(PROD.tracking, certificate_arn=None))),
    SettingMistake("public certificate for a reserved suffix", _prod_tracking(certificate_arn=_CERTIFICATE)),
    SettingMistake(
        "certificate of another region", _prod_tracking(certificate_arn=_CERTIFICATE.replace("east", "west"))
    ),
    SettingMistake(
        "certificate of AWS China", _prod_tracking(certificate_arn=_CERTIFICATE.replace("aws", "aws-cn", 1))
    ),
    SettingMistake("wildcard host", lambda: replace(PROD.tracking, host="*.mlops.internal")),
    SettingMistake("host that resolvers do not look up", lambda: replace(PROD.tracking, host="mlflow.local")),
    SettingMistake("host that is not below its zone", lambda: replace(PROD.tracking, host="mlflow.corp", zone=_ZONE)),
    SettingMistake("host that is its zone", lambda: replace(PROD.tracking, host=_ZONE.name, zone=_ZONE)),
    SettingMistake("private key among the authorities", lambda: CaBundle(pem="-----BEGIN PRIVATE KEY-----")),
    SettingMistake("memory that Fargate does not support", lambda: replace(PROD.tracking, cpu=256, memory_mib=8192)),
    SettingMistake("database on x86", lambda: replace(PROD.tracking, database_class="m5.large")),
    SettingMistake("no execution for MLflow's tasks", lambda: replace(PROD.tracking, function_concurrency=0)),
    SettingMistake("address block with a network mask", lambda: replace(PROD.network, cidr="10.30.0.0/255.255.0.0")),
    SettingMistake("addresses of Docker's bridge", lambda: replace(PROD.network, cidr="172.17.0.0/16")),
    SettingMistake("operators inside the VPC", lambda: replace(PROD.network, operator_cidrs=("10.30.4.0/24",))),
    SettingMistake("region of another partition", _prod(region="us-gov-west-1")),
    SettingMistake("region without MWAA", _prod(region="ap-east-2")),
    SettingMistake("public address block", lambda: replace(PROD.network, cidr="8.8.0.0/16")),
    SettingMistake("availability zone of another region", _prod(region="eu-central-1")),
    SettingMistake("availability zone by name", lambda: replace(PROD.network, availability_zones=_NAMED)),
    SettingMistake("zone without MWAA", lambda: replace(PROD.network, availability_zones=("use1-az2", "use1-az3"))),
    SettingMistake("operator access from the internet", lambda: replace(PROD.network, operator_cidrs=("0.0.0.0/0",))),
    SettingMistake("isolated network without endpoints", lambda: replace(PROD.network, interface_endpoints=("kms",))),
    SettingMistake("log retention that CloudWatch does not support", lambda: replace(PROD.retention, log_days=42)),
    SettingMistake("second cost monitor of an account", _second_monitor),
    SettingMistake("notifications to a reserved domain", _deployed(budget=PROD.budget)),
    SettingMistake("alarm whose text contradicts its limit", _contradicting_alarm),
    SettingMistake("budget of zero", lambda: replace(PROD.budget, monthly_usd=0)),
)

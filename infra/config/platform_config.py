"""The settings of one environment: frozen, and refused at construction when they cannot work."""

import ipaddress
from dataclasses import dataclass

from infra.config.compute_config import SageMakerConfig, ServerlessSpark, SparkCluster
from infra.config.service_config import AirflowConfig, BudgetConfig, RetentionConfig, TrackingConfig
from infra.config.validation import require, require_between, require_match

#: Interface endpoints an isolated network needs, by AWS service name; the S3 gateway endpoint always exists.
INTERFACE_ENDPOINTS = (
    "airflow.api", "airflow.env", "airflow.ops", "athena", "ecr.api", "ecr.dkr", "elasticmapreduce",
    "emr-serverless", "glue", "kms", "logs", "monitoring", "sagemaker.api", "sagemaker.featurestore-runtime",
    "sagemaker.runtime", "secretsmanager", "sns", "sqs", "ssm", "sts",
)  # fmt: skip

_OTHER_PARTITIONS = ("cn-", "us-gov-", "us-iso", "eu-isoe-")


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """The VPC: without a way to the internet unless `nat_gateways` says otherwise."""

    cidr: str
    availability_zones: tuple[str, ...]
    nat_gateways: int = 0
    interface_endpoints: tuple[str, ...] = INTERFACE_ENDPOINTS

    def __post_init__(self) -> None:
        try:
            block = ipaddress.ip_network(self.cidr)
        except ValueError:
            block = None
        allowed = "a private IPv4 block from /16 to /22, for example 10.20.0.0/16"
        is_block = isinstance(block, ipaddress.IPv4Network) and block.is_private and 16 <= block.prefixlen <= 22
        require(is_block, "network.cidr", self.cidr, allowed)
        zones = self.availability_zones
        require(len(zones) in {2, 3} and len(set(zones)) == len(zones), "network.availability_zones", zones, "2 or 3")
        require_between("network.nat_gateways", self.nat_gateways, 0, len(zones))
        unknown = sorted(set(self.interface_endpoints) - set(INTERFACE_ENDPOINTS))
        require(not unknown, "network.interface_endpoints", unknown, f"any of {list(INTERFACE_ENDPOINTS)}")


@dataclass(frozen=True, kw_only=True)
class PlatformConfig:
    """One environment of the platform in one account and region."""

    environment: str
    account: str
    region: str
    network: NetworkConfig
    airflow: AirflowConfig
    tracking: TrackingConfig
    spark: SparkCluster
    serverless: ServerlessSpark
    sagemaker: SageMakerConfig
    retention: RetentionConfig
    budget: BudgetConfig

    def __post_init__(self) -> None:
        require_match("environment", self.environment, r"[a-z][a-z0-9]{1,9}", "dev")
        require_match("account", self.account, r"\d{12}", "111111111111")
        require_match("region", self.region, r"[a-z]{2}(-[a-z]+)+-\d", "eu-central-1")
        is_commercial = not self.region.startswith(_OTHER_PARTITIONS)
        require(is_commercial, "region", self.region, "a region of the partition `aws`, which all ARNs here name")
        zones = self.network.availability_zones
        is_here = all(zone[:-1] == self.region for zone in zones)
        require(is_here, "network.availability_zones", zones, f"zones of {self.region}, for example {self.region}a")
        certificate = self.tracking.certificate_arn
        if certificate is None:
            allowed = "dev only; set tracking.certificate_arn so that MLflow answers over HTTPS"
            require(self.environment == "dev", "tracking without a certificate", self.environment, allowed)
        else:
            here = f"arn:aws:acm:{self.region}:{self.account}:certificate/"
            require(certificate.startswith(here), "tracking.certificate_arn", certificate, f"an ARN below {here}")

"""Supported regions: regions of the partition `aws` that have every service the platform uses.

Source: the endpoint data of botocore 1.44.5 (`Session.get_available_regions`), read on 2026-11-24; a test compares.
"""

from infra.config.validation import require

#: Services, by their botocore name, that some regions lack; all other services exist wherever these do.
NEEDED_SERVICES = (
    "athena", "backup", "ecs", "emr-serverless", "glue", "kms", "mwaa", "rds", "sagemaker", "secretsmanager", "wafv2",
)  # fmt: skip

REGIONS = (
    "af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2",
    "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-7",
    "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2",
    "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1",
    "us-east-1", "us-east-2", "us-west-1", "us-west-2",
)  # fmt: skip

#: Regions of the partition `aws` in which a service of the platform is missing, with the service by its botocore name.
INCOMPLETE_REGIONS = {"ap-east-2": "mwaa", "ap-southeast-6": "mwaa"}

_PARTITIONS = {
    "cn-": "AWS China",
    "us-gov-": "AWS GovCloud",
    "us-iso": "an isolated partition",
    "eu-iso": "an isolated partition",
    "eusc-": "the AWS European Sovereign Cloud",
}


def require_region(region: str) -> None:
    """Raise ConfigError unless the platform can be deployed in the region."""
    partition = next((name for prefix, name in _PARTITIONS.items() if region.startswith(prefix)), None)
    allowed = f"a region of the partition aws, because ARNs and endpoints of {partition} differ; choose one of "
    require(partition is None, "region", region, f"{allowed}{', '.join(REGIONS)}")
    missing = INCOMPLETE_REGIONS.get(region)
    require(missing is None, "region", region, f"a region with {missing}, one of {', '.join(REGIONS)}")
    require(region in REGIONS, "region", region, f"one of {', '.join(REGIONS)}")

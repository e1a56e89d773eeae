"""The environment's settings for DAGs, filled from what was built."""

from collections.abc import Sequence

from infra.config.platform_config import PlatformConfig
from infra.names import PlatformNames
from jobs.contracts.settings import PlatformSettings


def tracking_uri(config: PlatformConfig) -> str:
    """Where MLflow answers inside the VPC."""
    scheme = "http" if config.tracking.certificate_arn is None else "https"
    return f"{scheme}://{config.tracking.host}"


def platform_settings(
    config: PlatformConfig,
    *,
    code_uris: tuple[str, str],
    image_uris: tuple[str, str],
    job_flow: str,
    subnet_ids: Sequence[str],
    security_group_id: str,
    key_arn: str,
) -> PlatformSettings:
    """Settings of an environment; code URIs are archive and entry point, image URIs training and serving."""
    names = PlatformNames.of(config)
    return PlatformSettings(
        environment=config.environment,
        account=config.account,
        region=config.region,
        code_archive_uri=code_uris[0],
        code_entry_uri=code_uris[1],
        mlflow_tracking_uri=tracking_uri(config),
        emr_mode=config.spark.mode,
        emr_job_flow=job_flow,
        training_image=image_uris[0],
        serving_image=image_uris[1],
        training_role_arn=names.role_arn("training"),
        serving_role_arn=names.role_arn("serving"),
        training_instance_type=config.sagemaker.training_instance_type,
        tuning_max_jobs=config.sagemaker.tuning_max_jobs,
        tuning_max_parallel_jobs=config.sagemaker.tuning_max_parallel_jobs,
        transform_instance_type=config.sagemaker.transform_instance_type,
        subnet_ids=tuple(subnet_ids),
        security_group_ids=(security_group_id,),
        kms_key_arn=key_arn,
        poll_seconds=config.airflow.poll_seconds,
    )

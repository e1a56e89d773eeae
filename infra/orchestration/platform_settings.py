"""The settings that an environment hands to its DAGs."""

from collections.abc import Sequence
from typing import Any

from infra.config.platform_config import PlatformConfig
from infra.config.sagemaker_images import spark_image
from infra.names import PlatformNames
from jobs.contracts.engines import Engine, to_texts
from jobs.contracts.settings import PlatformSettings


def tracking_uri(config: PlatformConfig) -> str:
    """The URL of MLflow inside the VPC."""
    scheme = "http" if config.tracking.certificate_arn is None else "https"
    return f"{scheme}://{config.tracking.host}"


def platform_settings(
    config: PlatformConfig,
    *,
    code_uris: tuple[str, str],
    image_uris: tuple[str, str],
    processing_conf_uri: str,
    job_flow: str,
    subnet_ids: Sequence[str],
    security_group_id: str,
    key_arn: str,
) -> PlatformSettings:
    """Settings of an environment; code URIs are archive and entry point, image URIs training and serving."""
    return PlatformSettings(
        environment=config.environment,
        account=config.account,
        region=config.region,
        code_archive_uri=code_uris[0],
        code_entry_uri=code_uris[1],
        mlflow_tracking_uri=tracking_uri(config),
        mlflow_secret=PlatformNames.of(config).tracking_secret,
        emr_mode=config.spark.mode,
        emr_job_flow=job_flow,
        training_image=image_uris[0],
        serving_image=image_uris[1],
        training_instance_type=config.sagemaker.training_instance_type,
        tuning_max_jobs=config.sagemaker.tuning_max_jobs,
        tuning_max_parallel_jobs=config.sagemaker.tuning_max_parallel_jobs,
        transform_instance_type=config.sagemaker.transform_instance_type,
        approval=config.registry.approval,
        subnet_ids=tuple(subnet_ids),
        security_group_ids=(security_group_id,),
        kms_key_arn=key_arn,
        poll_seconds=config.airflow.poll_seconds,
        **_engines(config, processing_conf_uri),
    )


def _engines(config: PlatformConfig, conf_uri: str) -> dict[str, Any]:
    """The engines and limits of jobs, and the settings of SageMaker Processing if a Spark job runs there."""
    chosen: dict[str, Any] = {"spark_engines": to_texts(config.engines.by_job), "runtime": config.engines.runtime}
    if config.engines.jobs_on(Engine.SAGEMAKER):
        chosen |= {
            "processing_instance_type": config.sagemaker.processing_instance_type,
            "processing_image": spark_image(config.region),
            "processing_conf_uri": conf_uri,
        }
    return chosen

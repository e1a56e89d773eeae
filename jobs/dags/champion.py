"""The champion of a pipeline: the newest approved version in its group of SageMaker's model registry."""

import logging
from typing import Any

from airflow.exceptions import AirflowException, AirflowSkipException
from airflow.providers.amazon.aws.hooks.sagemaker import SageMakerHook

from jobs.contracts.settings import AUTOMATIC
from jobs.dags.champion_alias import ChampionAlias
from jobs.dags.gate import decision
from jobs.dags.model_jobs.model_requests import MLFLOW_VERSION, PENDING

log = logging.getLogger(__name__)

_APPROVED = "Approved"


def newest_approved(group: str) -> dict[str, str] | None:
    """The ARN, model data and MLflow version of a group's newest approved version; None if no version is approved."""
    registry = SageMakerHook(aws_conn_id=None).conn
    listed = registry.list_model_packages(
        ModelPackageGroupName=group,
        ModelApprovalStatus=_APPROVED,
        SortBy="CreationTime",
        SortOrder="Descending",
        MaxResults=1,
    )["ModelPackageSummaryList"]
    if not listed:
        log.warning("%s has no approved version yet; the training DAG approves the first good one", group)
        return None
    arn = listed[0]["ModelPackageArn"]
    package = registry.describe_model_package(ModelPackageName=arn)
    (container,) = package["InferenceSpecification"]["Containers"]
    version = package.get("CustomerMetadataProperties", {}).get(MLFLOW_VERSION, "")
    log.info("the champion is %s, version %s in MLflow", arn, version)
    return {"ModelPackageArn": arn, "ModelDataUrl": container["ModelDataUrl"], "ModelVersion": version}


def promote(evaluation_uri: str, package: str, group: str, approval: str, alias: dict[str, str]) -> str:
    """Approve a version that is better than the champion, and set MLflow's alias to the version that scoring uses.

    The alias always follows the newest approved version, so the task can be killed between its two writes, repeated,
    and cleared after a person has approved or rejected a version. Returns the version in MLflow. Raises
    AirflowSkipException while a person has to decide, or if no version is approved.
    """
    registry = SageMakerHook(aws_conn_id=None).conn
    registered = registry.describe_model_package(ModelPackageName=package)
    if registered["ModelApprovalStatus"] == PENDING and decision(evaluation_uri)["is_champion"]:
        if approval != AUTOMATIC:
            raise AirflowSkipException(
                f"{package} is better than the champion and waits for a person: "
                "approve or reject it in SageMaker's registry, then clear this task"
            )
        # moto 5 forgets the properties of a version when an update leaves them out; SageMaker keeps them.
        registry.update_model_package(
            ModelPackageArn=package,
            ModelApprovalStatus=_APPROVED,
            CustomerMetadataProperties=registered["CustomerMetadataProperties"],
        )
        log.info("approved %s", package)
    champion: dict[str, Any] | None = newest_approved(group)
    if champion is None:
        raise AirflowSkipException(f"{group} has no approved version, so nothing can be the champion in MLflow")
    if not champion["ModelVersion"]:
        raise AirflowException(
            f"{champion['ModelPackageArn']} has no property {MLFLOW_VERSION}, by which the training DAG names the "
            "version in MLflow; reject it, or add the property"
        )
    ChampionAlias(**alias).set_to(champion["ModelVersion"])
    return str(champion["ModelVersion"])

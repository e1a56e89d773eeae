"""The champion of a pipeline: the newest approved version in its group of SageMaker's model registry."""

import logging

from airflow.providers.amazon.aws.hooks.sagemaker import SageMakerHook

from jobs.dags.gate import APPROVED

log = logging.getLogger(__name__)


def newest_approved(group: str) -> dict[str, str] | None:
    """The ARN and the model data of the newest approved version of a group; None if no version is approved."""
    registry = SageMakerHook(aws_conn_id=None).conn
    listed = registry.list_model_packages(
        ModelPackageGroupName=group,
        ModelApprovalStatus=APPROVED,
        SortBy="CreationTime",
        SortOrder="Descending",
        MaxResults=1,
    )["ModelPackageSummaryList"]
    if not listed:
        log.warning("%s has no approved version yet; the training DAG approves the first good one", group)
        return None
    arn = listed[0]["ModelPackageArn"]
    (container,) = registry.describe_model_package(ModelPackageName=arn)["InferenceSpecification"]["Containers"]
    log.info("the champion is %s", arn)
    return {"ModelPackageArn": arn, "ModelDataUrl": container["ModelDataUrl"]}

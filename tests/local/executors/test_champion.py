"""The champion in SageMaker's registry, from the evaluations of models to the model that scoring uses."""

import json
from pathlib import Path
from typing import Any

from tests.jobs.dags.conftest import in_airflow

GROUP = "mlops-dev-meters"


def test_a_rejected_challenger_leaves_the_champion(
    client: Any, s3: Any, endpoint: str, s3_endpoint: str, tmp_path: Path
) -> None:
    client("sagemaker").create_model_package_group(ModelPackageGroupName=GROUP)
    decisions = {
        "1-rejected": {"approved": False, "is_champion": False},
        "2-first": {"approved": True, "is_champion": True},
        "3-rejected": {"approved": False, "is_champion": False},
        "4-good": {"approved": True, "is_champion": False},
        "5-better": {"approved": True, "is_champion": True},
    }
    for name, decision in decisions.items():
        s3.put_object(Bucket="lake", Key=f"{name}/evaluation.json", Body=json.dumps(decision))
    output = in_airflow(
        "tests.jobs.dags.airflow_champion",
        GROUP,
        *(f"s3://lake/{name}/evaluation.json" for name in decisions),
        home=tmp_path,
        AWS_ENDPOINT_URL=endpoint,
        AWS_ENDPOINT_URL_S3=s3_endpoint,
        AWS_ACCESS_KEY_ID="x",
        AWS_SECRET_ACCESS_KEY="x",  # noqa: S106 - the local API accepts any
    )
    line = next(line for line in output.splitlines() if line.startswith('{"champions"'))
    first, better = "s3://lake/2-first/model.tar.gz", "s3://lake/5-better/model.tar.gz"
    assert json.loads(line)["champions"] == [None, None, first, first, first, better]
    versions = client("sagemaker").list_model_packages(ModelPackageGroupName=GROUP)["ModelPackageSummaryList"]
    statuses = {each["ModelPackageVersion"]: each["ModelApprovalStatus"] for each in versions}
    assert statuses == {1: "Approved", 2: "PendingManualApproval", 3: "Approved"}

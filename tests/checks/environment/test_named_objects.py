from pathlib import Path
from typing import Any

import pytest

from checks.assembly import Assembly, read_assembly
from checks.environment.named_objects import named_object_findings
from checks.variants import VARIANTS
from infra.environments import DEV, PROD
from infra.first_objects import UPLOADED_FOLDERS
from infra.names import PlatformNames
from jobs.contracts.access import ACCESS, Folder
from jobs.contracts.tables import Zone

NAMES = PlatformNames.of(PROD)
ARTIFACTS, ASSETS = NAMES.bucket(Zone.ARTIFACTS), NAMES.assets_bucket
#: Folders into which services write: EMR, EMR Serverless, MLflow, Athena, and Iceberg where a table has no location.
WRITTEN_BY_SERVICES = {
    Folder.EMR_LOGS,
    Folder.MLFLOW,
    Folder.QUERY_RESULTS,
    Folder.SERVERLESS_LOGS,
    Folder.WAREHOUSE,
}


def found(value: Any, *files: str) -> list[str]:
    template = {"Resources": {"R": {"Type": "AWS::Any::Type", "Properties": {"Value": value}}}}
    assembly = Assembly(config=PROD, templates={"any": template}, images={}, files=frozenset(files))
    return [finding.what.partition(" is no asset")[0] for finding in named_object_findings(assembly)]


@pytest.mark.parametrize(
    "value",
    [
        f"s3://{ASSETS}/main.py",
        {"Fn::Join": ["", ["--script s3://", ASSETS, "/main.py --other"]]},
        [{"S3Bucket": ASSETS, "S3Key": "main.py"}],
    ],
)
def test_a_file_of_the_deployment_must_be_an_asset(value: Any) -> None:
    assert found(value) == [f"s3://{ASSETS}/main.py"]
    assert found(value, "main.py") == []


def test_a_folder_of_assets_must_contain_one() -> None:
    dags = {"DagS3Path": "mlops-prod/dags/1/"}
    assert found(dags) == [f"s3://{ASSETS}/mlops-prod/dags/1/"]
    assert found(dags, "mlops-prod/dags/1/jobs/dags/daily.py") == []


def test_an_object_of_a_zone_must_be_listed_and_a_folder_written() -> None:
    assert found(f"s3://{ARTIFACTS}/emr-certificates/nodes.zip") == []
    assert found(f"s3://{ARTIFACTS}/emr-certificates/") == []
    assert found(f"s3://{ARTIFACTS}/models/first.onnx") == [f"s3://{ARTIFACTS}/models/first.onnx"]
    assert found(f"s3://{ARTIFACTS}/spark-jars") == [f"s3://{ARTIFACTS}/spark-jars"]
    assert found(f"s3://{ARTIFACTS}/emr-logs/") == []
    assert found("s3://repo.us-east-1.emr.amazonaws.com/any.jar") == []


def test_every_folder_is_written_by_a_job_or_a_service_or_needs_an_upload() -> None:
    """A new folder that nothing writes must be listed, also where only requests of DAGs name it."""
    written = {folder for access in ACCESS.values() for folder in access.writes_folders}
    assert set(Folder) == {*written, *WRITTEN_BY_SERVICES, *UPLOADED_FOLDERS}


def test_the_configurations_name_no_object_that_nobody_uploads(variants: dict[str, Path]) -> None:
    for name, folder in variants.items():
        assembly = read_assembly(folder, VARIANTS[name])
        assert list(named_object_findings(assembly)) == []
    assert read_assembly(variants["dev"], DEV).files

"""Settings as the dev environment hands them to DAGs, and one run of a pipeline."""

import json
from typing import Any

import pytest

from jobs.contracts.settings import PlatformSettings
from jobs.dags.run import Run

ACCOUNT = "111111111111"
REGION = "us-east-1"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
JOB_FLOW: dict[str, Any] = {
    "ReleaseLabel": "emr-7.14.0",
    "Applications": [{"Name": "Spark"}],
    "LogUri": f"s3://mlops-dev-artifacts-{ACCOUNT}-{REGION}/emr-logs/",
    "ServiceRole": f"arn:aws:iam::{ACCOUNT}:role/mlops-dev-emr-service",
    "JobFlowRole": "mlops-dev-spark",
    "SecurityConfiguration": "mlops-dev-spark",
    "Instances": {
        "InstanceFleets": [
            {
                "InstanceFleetType": "MASTER",
                "TargetOnDemandCapacity": 1,
                "InstanceTypeConfigs": [{"InstanceType": "m7g.xlarge"}],
            }
        ],
        "Ec2SubnetIds": ["subnet-a", "subnet-b"],
    },
    "Tags": [{"Key": "for-use-with-amazon-emr-managed-policies", "Value": "true"}],
}


@pytest.fixture
def settings() -> PlatformSettings:
    return PlatformSettings(
        environment="dev",
        account=ACCOUNT,
        region=REGION,
        code_archive_uri="s3://assets/jobs-4f2a.zip",
        code_entry_uri="s3://assets/main-9c1b.py",
        mlflow_tracking_uri="https://mlflow.dev.internal",
        emr_mode="transient",
        emr_job_flow=json.dumps(JOB_FLOW),
        emr_cluster_id="",
        training_image=f"{REGISTRY}/training:4f2a",
        serving_image=f"{REGISTRY}/serving:4f2a",
        training_role_arn=f"arn:aws:iam::{ACCOUNT}:role/mlops-dev-training",
        serving_role_arn=f"arn:aws:iam::{ACCOUNT}:role/mlops-dev-serving",
        training_instance_type="ml.m5.xlarge",
        tuning_max_jobs=8,
        tuning_max_parallel_jobs=2,
        transform_instance_type="ml.m5.large",
        subnet_ids=("subnet-a", "subnet-b"),
        security_group_ids=("sg-jobs",),
        kms_key_arn=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/00000000-0000-0000-0000-000000000000",
        poll_seconds=30,
    )


@pytest.fixture
def run(settings: PlatformSettings) -> Run:
    return Run(settings, "flight_delay", "manual-2026-11-24-1a2b3c4d")

"""Settings as the dev environment hands them to DAGs, and one run of a pipeline."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from common.paths import AIRFLOW_PYTHON
from jobs.contracts.settings import AUTOMATIC, PlatformSettings
from jobs.dags.run import Run
from tests.sample_pipelines import sample_pipeline

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


#: The folder that Airflow searches for DAGs, and the code of their tasks.
DAG_FOLDER = Path(__file__).parents[3] / "jobs"
DAGS = DAG_FOLDER / "dags"

_SAMPLE_DAGS = '''"""The DAGs of the sample pipeline, which Airflow finds as variables of this module."""

from jobs.dags.data_dag import data_dag
from jobs.dags.scoring_dag import scoring_dag
from jobs.dags.training_dag import training_dag
from tests.sample_pipelines import {function}

PIPELINE = {function}()
data, training, scoring = data_dag(PIPELINE), training_dag(PIPELINE), scoring_dag(PIPELINE)
'''

#: The Airflow that is tested; `make airflow-versions` tests that of each other MWAA version.
PYTHON = Path(os.environ.get("TESTED_AIRFLOW", AIRFLOW_PYTHON)).absolute()


def platform_settings() -> PlatformSettings:
    return PlatformSettings(
        environment="dev",
        account=ACCOUNT,
        region=REGION,
        code_archive_uri="s3://assets/jobs-4f2a.zip",
        code_entry_uri="s3://assets/main-9c1b.py",
        mlflow_tracking_uri="https://mlflow.dev.internal",
        emr_mode="transient",
        emr_job_flow=json.dumps(JOB_FLOW),
        training_image=f"{REGISTRY}/training:4f2a",
        serving_image=f"{REGISTRY}/serving:4f2a",
        training_instance_type="ml.m5.xlarge",
        tuning_max_jobs=8,
        tuning_max_parallel_jobs=2,
        transform_instance_type="ml.m5.large",
        approval=AUTOMATIC,
        subnet_ids=("subnet-a", "subnet-b"),
        security_group_ids=("sg-jobs",),
        kms_key_arn=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/00000000-0000-0000-0000-000000000000",
        poll_seconds=30,
        processing_instance_type="ml.m5.xlarge",
        processing_image="173754725891.dkr.ecr.us-east-1.amazonaws.com/sagemaker-spark-processing:3.5-cpu-py312-v1",
        processing_conf_uri="s3://assets/conf-77ab.json",
    )


@pytest.fixture
def settings() -> PlatformSettings:
    return platform_settings()


@pytest.fixture
def run(settings: PlatformSettings) -> Run:
    return Run(settings, sample_pipeline(), "manual-2026-11-24-1a2b3c4d")


def in_airflow(module: str, *arguments: str, home: Path, folder: Path = DAG_FOLDER.parent, **variables: str) -> str:
    """Run a module in the tested Airflow environment with the settings of these tests, and return its output.

    `folder` is the working directory, from which modules are imported.
    """
    options = {
        f"AIRFLOW__{key.replace('.', '__').upper()}": text for key, text in platform_settings().to_options().items()
    }
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "AWS_", "PYTHON"))},
        **options,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AWS_DEFAULT_REGION": REGION,
        **variables,
    }
    done = subprocess.run(
        [str(PYTHON), "-m", module, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout + done.stderr


def sample_dags(folder: Path) -> Path:
    """A DAG folder with the DAGs of the sample pipeline, and of the same with a pinned date."""
    folder.mkdir()
    for function in ("sample_pipeline", "pinned_pipeline"):
        folder.joinpath(f"{function}.py").write_text(_SAMPLE_DAGS.format(function=function))
    return folder


@pytest.fixture(scope="session")
def airflow_report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the Airflow environment makes of the DAGs of all pipelines, of the sample pipeline and of the operators."""
    home = tmp_path_factory.mktemp("airflow")
    folders = (str(DAG_FOLDER), str(sample_dags(home / "samples")))
    in_airflow("tests.jobs.dags.airflow_probe", str(home / "report.json"), *folders, home=home)
    report: dict[str, Any] = json.loads((home / "report.json").read_text())
    return report

import json
from pathlib import Path

import pytest

from infra.environments import DEV, ENVIRONMENTS
from infra.names import PlatformNames
from jobs.contracts.settings import PlatformSettings
from tests.stacks.conftest import Templates
from tests.stacks.templates import only, resolved, resources


def options(templates: Templates) -> dict[str, str]:
    airflow = only(templates["orchestration"], "AWS::MWAA::Environment")
    return {key: resolved(value) for key, value in airflow["AirflowConfigurationOptions"].items()}


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_dags_read_the_settings_that_the_stack_wrote(name: str, environments: dict[str, Templates]) -> None:
    written = {key: value for key, value in options(environments[name]).items() if key.startswith("platform.")}
    settings = PlatformSettings.from_options(written)
    config = ENVIRONMENTS[name]
    assert settings.to_options() == written
    assert (settings.environment, settings.account, settings.region) == (name, config.account, config.region)
    assert settings.training_instance_type == config.sagemaker.training_instance_type
    assert settings.poll_seconds == config.airflow.poll_seconds
    assert settings.training_role_arn == PlatformNames.of(config).role_arn("training")


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_mwaa_takes_the_options(name: str, environments: dict[str, Templates]) -> None:
    # CreateEnvironment: values of 1 to 65,536 printable characters.
    for value in options(environments[name]).values():
        assert 1 <= len(value) <= 65536
        assert value.isascii()
        assert value.isprintable()


def test_the_job_flow_setting_is_json_with_the_environment_in_it(dev: Templates) -> None:
    request = json.loads(options(dev)["platform.emr_job_flow"])
    assert request["ReleaseLabel"] == DEV.spark.release
    assert request["SecurityConfiguration"] == only(dev["compute"], "AWS::EMR::SecurityConfiguration")["Name"]
    assert request["JobFlowRole"] == only(dev["compute"], "AWS::IAM::InstanceProfile")["InstanceProfileName"]


def test_airflow_is_private_with_all_logs_on(dev: Templates) -> None:
    airflow = only(dev["orchestration"], "AWS::MWAA::Environment")
    assert airflow["WebserverAccessMode"] == "PRIVATE_ONLY"
    assert all(log["Enabled"] for log in airflow["LoggingConfiguration"].values())
    assert len(airflow["LoggingConfiguration"]) == len(resources(dev["orchestration"], "AWS::Logs::LogGroup")) == 5
    assert len(airflow["NetworkConfiguration"]["SubnetIds"]) == 2


def test_the_dag_folder_is_uploaded_file_by_file_under_one_hash(dev: Templates, assembly: Path) -> None:
    airflow = only(dev["orchestration"], "AWS::MWAA::Environment")
    manifest = json.loads((assembly / "mlops-dev-orchestration.assets.json").read_text())
    keys = {
        destination["objectKey"]: asset["source"]["path"]
        for asset in manifest["files"].values()
        for destination in asset["destinations"].values()
    }
    folder = airflow["DagS3Path"]
    files = {key.removeprefix(folder): path for key, path in keys.items() if key.startswith(folder)}
    assert {"jobs/__init__.py", "jobs/contracts/settings.py", ".airflowignore", "constraints-3.0.6.txt"} <= set(files)
    assert not [name for name in files if name.startswith(("jobs/spark", "jobs/training")) or "__pycache__" in name]
    assert airflow["RequirementsS3Path"] in keys
    assert all((assembly / path).is_file() for path in files.values())


def test_requirements_start_with_their_constraints_and_have_no_comment(dev: Templates, assembly: Path) -> None:
    airflow = only(dev["orchestration"], "AWS::MWAA::Environment")
    lines = (assembly / "airflow-files" / airflow["RequirementsS3Path"]).read_text().splitlines()
    assert lines[0] == '--constraint "/usr/local/airflow/dags/constraints-3.0.6.txt"'
    assert not [line for line in lines if "#" in line or line.startswith("apache-airflow==")]
    pins = (assembly / "airflow-files" / airflow["DagS3Path"] / "constraints-3.0.6.txt").read_text().splitlines()
    assert lines[1].replace("[aiobotocore]", "") in pins

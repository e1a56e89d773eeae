import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.config.service_config import DEFAULT_AIRFLOW_VERSION
from infra.environments import DEV, ENVIRONMENTS
from infra.names import PlatformNames, RolePurpose
from infra.orchestration import airflow_release
from infra.orchestration.airflow_release import dag_sources
from jobs.contracts.engines import to_texts
from jobs.contracts.settings import PlatformSettings
from stacks.synth import add_environment, new_app
from tests.infra.pipelines import METERS
from tests.stacks.conftest import Templates
from tests.stacks.templates import listed, only, resolved, resources, statements


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
    assert settings.spark_engines == to_texts(config.engines.by_job)


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


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_airflow_is_private_encrypted_and_changes_gracefully(name: str, environments: dict[str, Templates]) -> None:
    airflow = only(environments[name]["orchestration"], "AWS::MWAA::Environment")
    assert airflow["WebserverAccessMode"] == "PRIVATE_ONLY"
    assert airflow["WorkerReplacementStrategy"] == "GRACEFUL"
    assert "keysairflow" in airflow["KmsKey"]["Ref"]
    assert len(airflow["NetworkConfiguration"]["SubnetIds"]) == 2
    (group,) = airflow["NetworkConfiguration"]["SecurityGroupIds"]
    assert "airflow" in group["Ref"]
    assert "EndpointManagement" not in airflow


@pytest.mark.parametrize("name", list(ENVIRONMENTS))
def test_five_logs_are_on_and_go_to_groups_that_end_and_are_encrypted(
    name: str, environments: dict[str, Templates]
) -> None:
    template = environments[name]["orchestration"]
    logging = only(template, "AWS::MWAA::Environment")["LoggingConfiguration"]
    assert len(logging) == 5
    assert {(log["Enabled"], log["LogLevel"]) for log in logging.values()} == {(True, "INFO")}
    groups = resources(template, "AWS::Logs::LogGroup")
    kinds = ("DAGProcessing", "Scheduler", "Task", "WebServer", "Worker")
    assert {group["LogGroupName"] for group in groups} == {f"airflow-mlops-{name}-{kind}" for kind in kinds}
    assert {group["RetentionInDays"] for group in groups} == {ENVIRONMENTS[name].retention.log_days}
    assert all("keysairflow" in group["KmsKeyId"]["Ref"] for group in groups)


def test_the_environment_waits_for_its_role_the_role_s_policies_and_its_log_groups(dev: Templates) -> None:
    template = dev["orchestration"]
    (environment,) = (each for each in template["Resources"].values() if each["Type"] == "AWS::MWAA::Environment")
    awaited = [template["Resources"][each] for each in environment["DependsOn"]]
    kinds = [resource["Type"] for resource in awaited]
    assert sorted(set(kinds)) == ["AWS::IAM::ManagedPolicy", "AWS::IAM::Role", "AWS::Logs::LogGroup"]
    assert kinds.count("AWS::Logs::LogGroup") == 5
    names = PlatformNames.of(DEV)
    for policy in (each for each in awaited if each["Type"] == "AWS::IAM::ManagedPolicy"):
        (role,) = policy["Properties"]["Roles"]
        assert template["Resources"][role["Ref"]]["Properties"]["RoleName"] == names.role(RolePurpose.AIRFLOW)
    assert environment["Properties"]["ExecutionRoleArn"] == names.role_arn(RolePurpose.AIRFLOW)


def test_whoever_owns_the_vpc_may_keep_its_endpoints(tmp_path: Path) -> None:
    airflow = replace(DEV.airflow, endpoint_management="customer", minimum_webservers=3, maximum_webservers=4)
    app = new_app(tmp_path)
    stack = add_environment(app, replace(DEV, airflow=airflow), [METERS]).orchestration
    app.synth()
    template = json.loads((tmp_path / stack.template_file).read_text())
    found = only(template, "AWS::MWAA::Environment")
    assert (found["EndpointManagement"], found["MinWebservers"], found["MaxWebservers"]) == ("CUSTOMER", 3, 4)


def test_airflow_reads_connections_and_variables_by_prefix_and_the_login_of_mlflow(dev: Templates) -> None:
    kwargs = json.loads(options(dev)["secrets.backend_kwargs"])
    assert kwargs["config_prefix"] is None
    granted = [
        arn
        for _, statement in statements(dev["orchestration"])
        if "secretsmanager:GetSecretValue" in listed(statement["Action"])
        for arn in listed(statement["Resource"])
    ]
    here = f"arn:aws:secretsmanager:{DEV.region}:{DEV.account}:secret:"
    prefixes = [f"{kwargs[kind]}/*" for kind in ("connections_prefix", "variables_prefix")]
    assert sorted(granted) == sorted(f"{here}{name}" for name in (*prefixes, "mlops-dev-tracking-jobs-??????"))


@pytest.mark.parametrize(("name", "approves"), [("dev", True), ("staging", True), ("prod", False)])
def test_airflow_approves_models_where_no_person_has_to(
    name: str, approves: bool, environments: dict[str, Templates]
) -> None:
    found = statements(environments[name]["orchestration"])
    actions = {action for _, statement in found for action in listed(statement["Action"])}
    assert ("sagemaker:UpdateModelPackage" in actions) is approves


def test_callers_may_use_airflow_s_api_as_a_user_and_no_more(dev: Templates) -> None:
    (policy,) = (
        each
        for each in resources(dev["orchestration"], "AWS::IAM::ManagedPolicy")
        if "callers" in each["ManagedPolicyName"]
    )
    rights = {each["Action"]: each["Resource"] for each in policy["PolicyDocument"]["Statement"]}
    here = f"arn:aws:airflow:{DEV.region}:{DEV.account}"
    assert rights == {
        "airflow:GetEnvironment": f"{here}:environment/mlops-dev",
        "airflow:InvokeRestApi": f"{here}:role/mlops-dev/User",
    }
    assert "Roles" not in policy


def test_one_byte_of_a_dag_changes_the_template_and_nothing_else_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def synthesized(folder: str) -> dict[str, Any]:
        monkeypatch.chdir(tmp_path)
        app = new_app(tmp_path / folder)
        stack = add_environment(app, DEV, [METERS]).orchestration
        app.synth()
        template: dict[str, Any] = json.loads((tmp_path / folder / stack.template_file).read_text())
        return template

    first, again = synthesized("first"), synthesized("again")
    assert first == again
    sources = dag_sources()
    path = "jobs/dags/data_dag.py"
    monkeypatch.setattr(airflow_release, "dag_sources", lambda: {**sources, path: sources[path] + "\n"})
    changed = synthesized("changed")
    before, after = (only(template, "AWS::MWAA::Environment") for template in (first, changed))
    assert {name for name in before if before[name] != after[name]} == {"DagS3Path"}
    assert before["DagS3Path"] != after["DagS3Path"]


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
    others = {"jobs/.airflowignore", f"constraints-{DEFAULT_AIRFLOW_VERSION}.txt", "release.json"}
    assert {"jobs/__init__.py", "jobs/contracts/settings.py", *others} <= set(files)
    assert not [name for name in files if name.startswith(("jobs/spark", "jobs/training")) or "__pycache__" in name]
    assert {airflow["RequirementsS3Path"], airflow["StartupScriptS3Path"]} < set(keys)
    assert "PluginsS3Path" not in airflow
    assert all((assembly / path).is_file() for path in files.values())


def test_requirements_name_constraints_that_lie_in_the_dag_folder(dev: Templates, assembly: Path) -> None:
    airflow = only(dev["orchestration"], "AWS::MWAA::Environment")
    lines = (assembly / "airflow-files" / airflow["RequirementsS3Path"]).read_text().splitlines()
    assert lines[0] == f'--constraint "/usr/local/airflow/dags/constraints-{DEFAULT_AIRFLOW_VERSION}.txt"'
    assert not [line for line in lines if line.startswith("apache-airflow==")]
    assert (assembly / "airflow-files" / airflow["DagS3Path"] / f"constraints-{DEFAULT_AIRFLOW_VERSION}.txt").is_file()

"""Whether Airflow's role allows every call that operators make, including those that only their providers know."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from checks.environment.network_reach import services_of
from checks.permissions.calls import Call, requests_of, table
from checks.permissions.iam_decision import is_allowed
from checks.permissions.roles import Role, roles_of
from checks.template_values import Values
from checks.variants import VARIANTS
from infra.names import PlatformNames, RolePurpose
from stacks.synth import add_environment, new_app
from tests.jobs.dags.conftest import in_airflow, sample_dags
from tests.sample_pipelines import pinned_pipeline, sample_pipeline
from tests.stacks.conftest import Templates, templates_in

#: The environments, and the variant that runs a job on each engine.
CONFIGURATIONS = ("dev", "staging", "prod", "every-option")
NAMES = {name: PlatformNames.of(VARIANTS[name]) for name in CONFIGURATIONS}


@pytest.fixture(scope="module")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Templates]:
    """The templates of each configuration with the pipelines whose DAGs are recorded."""
    found = {}
    for name in CONFIGURATIONS:
        folder = tmp_path_factory.mktemp(name)
        app = new_app(folder)
        add_environment(app, VARIANTS[name], [sample_pipeline(), pinned_pipeline()])
        app.synth()
        found[name] = templates_in(folder, NAMES[name].prefix)
    return found


@pytest.fixture(scope="module")
def recorded(synthesized: dict[str, Templates], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The calls of every task in each configuration, made by the operators of the tested Airflow."""
    home = tmp_path_factory.mktemp("airflow-calls")
    options = {name: _options(synthesized[name]["orchestration"], NAMES[name]) for name in CONFIGURATIONS}
    (home / "options.json").write_text(json.dumps(options))
    arguments = (str(sample_dags(home / "dags")), str(home / "options.json"), str(home / "calls.json"))
    in_airflow("tests.jobs.dags.airflow_calls", *arguments, home=home)
    calls: dict[str, Any] = json.loads((home / "calls.json").read_text())
    return calls


def _options(orchestration: dict[str, Any], names: PlatformNames) -> dict[str, str]:
    """The settings that DAGs read, as the template gives them to Airflow."""
    values = Values(orchestration, region=names.region, account=names.account)
    (airflow,) = (each for each in orchestration["Resources"].values() if each["Type"] == "AWS::MWAA::Environment")
    options = airflow["Properties"]["AirflowConfigurationOptions"]
    return {key: values.text(value) for key, value in options.items() if key.startswith("platform.")}


def calls_of(recorded: dict[str, Any], name: str) -> Iterator[Call]:
    """Each call of a configuration, but repetitions of a call only once."""
    calls = [call for task in recorded[name]["tasks"].values() for call in task["calls"]]
    for text in dict.fromkeys(json.dumps(call, sort_keys=True) for call in calls):
        yield Call(**json.loads(text))


def refused(recorded: dict[str, Any], name: str, role: Role) -> set[str]:
    """The requests of a configuration that the role does not allow."""
    requests = (request for call in calls_of(recorded, name) for request in requests_of(call, NAMES[name]))
    return {str(request) for request in requests if not is_allowed(request, role.statements)}


def airflow(templates: Templates, name: str) -> Role:
    return roles_of(templates, NAMES[name])[NAMES[name].role_arn(RolePurpose.AIRFLOW)]


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_every_task_succeeds_and_calls_aws(name: str, recorded: dict[str, Any]) -> None:
    tasks = recorded[name]["tasks"]
    assert recorded[name]["import_errors"] == {}
    assert {task_id: task["error"] for task_id, task in tasks.items() if task["error"]} == {}
    silent = {task_id.partition(".")[2] for task_id, task in tasks.items() if not task["calls"]}
    assert silent == {"announce", "partitions"}, "they tell Airflow alone"
    assert len(tasks) >= 10


def test_the_calls_of_providers_are_recorded_too(recorded: dict[str, Any]) -> None:
    train = recorded["dev"]["tasks"]["meters_training.train"]["calls"]
    called = {call["operation"] for call in train}
    assert {"HeadBucket", "HeadObject", "ListObjectsV2"} <= called, "SageMakerHook.check_s3_url looks for each input"
    assert {"CreateTrainingJob", "DescribeTrainingJob", "StopTrainingJob"} <= called


def test_every_recorded_operation_has_a_table_and_every_table_a_call(recorded: dict[str, Any]) -> None:
    called = {(call.service, call.operation) for name in CONFIGURATIONS for call in calls_of(recorded, name)}
    known = {(service, each) for service, rows in table().items() if service != "parameter" for each in rows}
    # The application starts with its first job, so this call needs a state that no run has here.
    assert known - called == {("emr-serverless", "StartApplication")}
    assert called - known == set()


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_airflow_s_role_allows_every_call(
    name: str, recorded: dict[str, Any], synthesized: dict[str, Templates]
) -> None:
    assert refused(recorded, name, airflow(synthesized[name], name)) == set()


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_an_isolated_network_has_an_endpoint_for_every_call(name: str, recorded: dict[str, Any]) -> None:
    reached = {"s3", *(endpoint.service for endpoint in VARIANTS[name].endpoints)}
    requests = (request for call in calls_of(recorded, name) for request in requests_of(call, NAMES[name]))
    assert {service for request in requests for service in services_of(request.action) or ()} <= reached


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("dev", "s3:ListBucket"),
        ("dev", "elasticmapreduce:TerminateJobFlows"),
        ("staging", "iam:PassRole"),
        ("staging", "glue:BatchStopJobRun"),
        ("prod", "ssm:GetParameter"),
        ("prod", "sagemaker:AddTags"),
        ("every-option", "sagemaker:StopProcessingJob"),
    ],
)
def test_a_missing_permission_is_found(
    name: str, action: str, recorded: dict[str, Any], synthesized: dict[str, Templates]
) -> None:
    role = airflow(synthesized[name], name)
    denied = {"Effect": "Deny", "Action": action, "Resource": "*"}
    without = Role(purpose=role.purpose, arn=role.arn, statements=(*role.statements, denied))
    assert any(action in request for request in refused(recorded, name, without))


def test_a_prefix_condition_refuses_the_request_for_the_bucket(
    recorded: dict[str, Any], synthesized: dict[str, Templates]
) -> None:
    role = airflow(synthesized["dev"], "dev")
    only = {"StringLike": {"s3:prefix": ["evaluations/*"]}}
    statements = tuple(
        {**each, "Condition": only} if each["Action"] == "s3:ListBucket" else each for each in role.statements
    )
    limited = Role(purpose=role.purpose, arn=role.arn, statements=statements)
    assert any("artifacts" in request for request in refused(recorded, "dev", limited))

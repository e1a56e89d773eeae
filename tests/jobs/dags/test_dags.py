"""Policy over the DAGs of all pipelines, their shape in both EMR modes, and every request as a run would send it."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from checks.environment.airflow_options import known_options
from infra.config.service_config import DEFAULT_AIRFLOW_VERSION
from infra.environments import DEV
from infra.names import PlatformNames
from infra.orchestration.airflow_options import QUEUE_VISIBILITY_SECONDS, airflow_options
from infra.orchestration.airflow_release import MANIFEST, AirflowRelease
from jobs.contracts.pipeline import Pipeline, load_pipelines
from tests.jobs.dags.conftest import DAG_FOLDER, DAGS
from tests.jobs.dags.validation import problems
from tests.sample_pipelines import pinned_pipeline, sample_pipeline

SAMPLE = sample_pipeline()
SAMPLES = (SAMPLE, pinned_pipeline())
DEPLOYED = load_pipelines()
PIPELINES = {dag_id: pipeline for pipeline in (*DEPLOYED, *SAMPLES) for dag_id in pipeline.dag_ids}
DATA, TRAINING, SCORING = SAMPLE.dag_ids
MODES = ("transient", "persistent")
#: The tasks of each kind of DAG, by the end of its id.
STEPS = {
    "data": ("partitions", "lake.ingest", "lake.cleanse", "lake.features", "announce"),
    "training": ("partitions", "prepare.dataset", "tune", "train", "gate", "register", "promote"),
    "scoring": ("partitions", "champion", "prepare.dataset", "create_model", "transform", "deliver.publish"),
}
#: What a task sends: operator to service, operation and the request's attribute.
OPERATIONS = {
    "JobFlowOperator": ("emr", "RunJobFlow", "job_flow_overrides"),
    "TuningOperator": ("sagemaker", "CreateHyperParameterTuningJob", "config"),
    "TrainingOperator": ("sagemaker", "CreateTrainingJob", "config"),
    "RegisterModelVersionOperator": ("sagemaker", "CreateModelPackage", "extras"),
    "SageMakerModelOperator": ("sagemaker", "CreateModel", "config"),
    "TransformOperator": ("sagemaker", "CreateTransformJob", "config"),
    "ProcessingOperator": ("sagemaker", "CreateProcessingJob", "config"),
}
#: Nothing that jobs need may be imported where DAGs are parsed.
JOB_LIBRARIES = {"mlflow", "numpy", "onnxruntime", "pandas", "pyspark", "sagemaker", "xgboost"}


@pytest.fixture(params=(*MODES, "mixed"))
def mode(request: pytest.FixtureRequest, airflow_report: dict[str, Any]) -> dict[str, Any]:
    """The DAG folder as parsed in one EMR mode, or with a job on each engine."""
    found: dict[str, Any] = airflow_report["modes"][request.param]
    return found


@pytest.fixture(params=PIPELINES)
def dag(request: pytest.FixtureRequest, mode: dict[str, Any]) -> dict[str, Any]:
    """One DAG in one EMR mode."""
    found: dict[str, Any] = mode["dags"][request.param]
    return {**found, "dag_id": request.param}


def test_airflow_finds_one_file_of_three_dags_in_the_folder_of_each_pipeline(mode: dict[str, Any]) -> None:
    assert mode["import_errors"] == {}
    assert sorted(mode["dags"]) == sorted(PIPELINES)
    files = {path: number for path, number in mode["files"].items() if path.startswith(str(DAG_FOLDER))}
    assert files == {f"{DAG_FOLDER}/pipelines/{pipeline.name}/dags.py": 3 for pipeline in DEPLOYED}


def test_dags_state_their_policy(dag: dict[str, Any]) -> None:
    pipeline = _pipeline(dag)
    assert dag["owner"] == pipeline.owner
    assert set(dag["tags"]) == {pipeline.name, _kind(dag["dag_id"]), "dev"}
    assert dag["catchup"] is (pipeline.schedule.catchup and _kind(dag["dag_id"]) == "data")
    assert dag["max_active_runs"] == 1
    assert dag["native"] is False, "native rendering turns texts into numbers that botocore refuses"


def test_pages_of_dags_state_question_triage_and_neighbours(dag: dict[str, Any]) -> None:
    pipeline = _pipeline(dag)
    assert dag["doc"].startswith(f"### {pipeline.description}\n")
    assert "**Triage.**" in dag["doc"]
    assert {name for name in pipeline.dag_ids if f"](/dags/{name})" in dag["doc"]} == {*pipeline.dag_ids} - {
        dag["dag_id"]
    }
    named = {task_id for task_id in dag["tasks"] if f"`{task_id.rpartition('.')[2]}`" in dag["doc"]}
    assert named, "triage names tasks"


def test_a_run_by_cron_has_the_time_at_which_it_is_due_as_its_date(dag: dict[str, Any]) -> None:
    pipeline, kind = _pipeline(dag), _kind(dag["dag_id"])
    cron = getattr(pipeline.schedule, kind)
    assert dag["schedule"] == (cron or pipeline.name)
    assert dag["timetable"] == ("CronTriggerTimetable" if cron else "AssetTriggeredTimetable")
    assert dag["time_zone"] == pipeline.partitions.time_zone


def _pipeline(dag: dict[str, Any]) -> Pipeline:
    return PIPELINES[dag["dag_id"]]


def _kind(dag_id: str) -> str:
    return dag_id.rpartition("_")[2]


def test_tasks_state_retries_and_waiting(dag: dict[str, Any]) -> None:
    for task_id, task in dag["tasks"].items():
        assert task["retries"] == 1, task_id
        assert task["owner"] == _pipeline(dag).owner, task_id
        assert task["deferrable"] is False, task_id
        # A cluster is ready when its first step ends, so creating it need not wait; the attribute differs by provider.
        assert task["waits"] in (None, True) or task["operator"] == "JobFlowOperator", task_id
        assert task["connection"] is None, "credentials are the role's, no connection is looked up"


def test_parsing_twice_gives_the_same_dag(dag: dict[str, Any]) -> None:
    assert dag["same_again"] is True


def test_parameters_have_schemas_and_defaults(dag: dict[str, Any]) -> None:
    assert all("type" in schema for schema in dag["schemas"].values())
    assert all(value is not None for value in dag["params"].values())


def test_parsing_imports_no_library_of_jobs(airflow_report: dict[str, Any]) -> None:
    assert JOB_LIBRARIES.isdisjoint(airflow_report["modules"])


def test_parsing_loads_little_beside_what_airflow_loads_itself(airflow_report: dict[str, Any]) -> None:
    # A scheduler parses every file again and again and has 30 seconds for each, so imports from outside stay few.
    loaded = airflow_report["loaded_by_dags"]
    assert not [name for name in loaded if name.startswith(("boto3", "botocore.session", "aiobotocore", "requests"))]
    others = [name for name in loaded if not name.startswith(("jobs.", "tests."))]
    assert len(others) < 50, others
    assert "jobs.dags.data_dag" in loaded
    # The values of a pipeline are read, the code of its jobs is not.
    assert not [name for name in loaded if ".transforms" in name or name.endswith(".landing")]
    assert not [name for name in loaded if name.startswith(("jobs.spark", "jobs.training", "jobs.serving"))]


def test_the_release_promises_the_dags_that_airflow_finds(mode: dict[str, Any]) -> None:
    manifest = json.loads(AirflowRelease.of_repository(DEFAULT_AIRFLOW_VERSION).dags[MANIFEST])
    assert manifest["dags"] == sorted(set(mode["dags"]) - {dag_id for sample in SAMPLES for dag_id in sample.dag_ids})


def test_no_task_waits_until_its_message_is_handed_out_again(dag: dict[str, Any]) -> None:
    limit = int(airflow_options(PlatformNames.of(DEV))["core.default_task_execution_timeout"])
    waits = {task_id: task["seconds"] for task_id, task in dag["tasks"].items()}
    assert max(waits.values()) > 0
    assert {task_id: seconds for task_id, seconds in waits.items() if seconds >= limit} == {}
    assert limit < QUEUE_VISIBILITY_SECONDS


def test_the_list_of_options_is_that_of_this_airflow(airflow_report: dict[str, Any]) -> None:
    assert known_options(airflow_report["version"]) == set(airflow_report["options"])


@pytest.mark.parametrize("path", sorted(DAGS.rglob("*.py")), ids=lambda path: path.name)
def test_dag_files_are_short(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    assert lines <= (100 if path.stem.endswith("_dag") else 200)


@pytest.mark.parametrize("dag_id", PIPELINES)
def test_both_modes_run_the_same_work_in_the_same_order(airflow_report: dict[str, Any], dag_id: str) -> None:
    transient, standing = (airflow_report["modes"][mode]["dags"][dag_id]["tasks"] for mode in MODES)
    assert tuple(_work(transient)) == tuple(_work(standing)) == STEPS[_kind(dag_id)]


def _work(tasks: dict[str, Any]) -> list[str]:
    """The tasks in order, without clusters; the chain from the one task that none precedes."""
    after = {
        task_id: [name for name in task["downstream"] if not tasks[name]["is_teardown"]]
        for task_id, task in tasks.items()
    }
    (task_id,) = set(tasks) - {name for names in after.values() for name in names} - _teardowns(tasks)
    order = [task_id]
    while after[task_id]:
        (task_id,) = after[task_id]
        order.append(task_id)
    return [name for name in order if "create_cluster" not in name]


def _teardowns(tasks: dict[str, Any]) -> set[str]:
    return {task_id for task_id, task in tasks.items() if task["is_teardown"]}


@pytest.mark.parametrize("dag_id", PIPELINES)
def test_a_cluster_is_a_setup_with_a_teardown_that_hides_no_failure(
    airflow_report: dict[str, Any], dag_id: str
) -> None:
    tasks = airflow_report["modes"]["transient"]["dags"][dag_id]["tasks"]
    created = [task_id for task_id, task in tasks.items() if task["operator"] == "JobFlowOperator"]
    assert created
    for task_id in created:
        end = task_id.replace("create", "terminate")
        assert tasks[task_id]["is_setup"] is True
        assert end in tasks[task_id]["downstream"]
        assert (tasks[end]["is_teardown"], tasks[end]["fails_run"]) == (True, False)


@pytest.mark.parametrize("dag_id", PIPELINES)
def test_a_standing_cluster_is_neither_created_nor_ended(airflow_report: dict[str, Any], dag_id: str) -> None:
    tasks = airflow_report["modes"]["persistent"]["dags"][dag_id]["tasks"]
    steps = [task for task in tasks.values() if task["operator"] == "StepsOperator"]
    assert {task["requests"]["job_flow_name"] for task in steps} == {"/mlops/dev/compute/spark-cluster-id"}
    assert not any("job_flow_id" in task["requests"] for task in steps)
    assert {name for name, task in tasks.items() if task["is_setup"]} <= {"create_model"}
    assert _teardowns(tasks) <= {"delete_model"}


def test_rendered_requests_are_valid(dag: dict[str, Any]) -> None:
    for task_id, task in dag["tasks"].items():
        if task["operator"] in OPERATIONS:
            service, operation, attribute = OPERATIONS[task["operator"]]
            assert problems(service, operation, task["requests"][attribute]) == "", task_id
        elif task["operator"] == "StepsOperator":
            assert problems("emr", "AddJobFlowSteps", _steps_request(task["requests"])) == "", task_id
        elif task["operator"] == "ServerlessOperator":
            assert problems("emr-serverless", "StartJobRun", _serverless_request(task["requests"])) == "", task_id
        elif task["operator"] == "GlueOperator":
            request = {"JobName": task["requests"]["job_name"], "Arguments": task["requests"]["script_args"]}
            assert problems("glue", "StartJobRun", request) == "", task_id


def _steps_request(requests: dict[str, Any]) -> dict[str, Any]:
    role = requests["execution_role_arn"]
    cluster_id = requests.get("job_flow_id", "j-published")
    return {"JobFlowId": cluster_id, "Steps": requests["steps"], "ExecutionRoleArn": role}


def _serverless_request(requests: dict[str, Any]) -> dict[str, Any]:
    return {
        "applicationId": "00f1",
        "clientToken": requests["client_request_token"],
        "executionRoleArn": requests["execution_role_arn"],
        "jobDriver": requests["job_driver"],
        "name": requests["name"],
        **requests["config"],
    }


def test_every_step_runs_under_the_role_of_its_kind(airflow_report: dict[str, Any]) -> None:
    tasks = airflow_report["modes"]["transient"]["dags"][DATA]["tasks"]
    roles = {name: task["requests"].get("execution_role_arn", "") for name, task in tasks.items()}
    assert {name: role.rpartition("/")[2] for name, role in roles.items() if role} == {
        "lake.ingest": "mlops-dev-meters-ingest-us-east-1",
        "lake.cleanse": "mlops-dev-meters-cleanse-us-east-1",
        "lake.features": "mlops-dev-meters-feature-us-east-1",
    }


def test_one_setting_per_job_moves_it_to_another_engine(airflow_report: dict[str, Any]) -> None:
    dags = {name: airflow_report["modes"]["mixed"]["dags"][name] for name in SAMPLE.dag_ids}
    operators = {
        name: task["operator"]
        for dag in dags.values()
        for name, task in dag["tasks"].items()
        if name.startswith(("lake", "prepare", "deliver"))
    }
    assert operators == {
        "lake.create_cluster": "JobFlowOperator",
        "lake.ingest": "StepsOperator",
        "lake.cleanse": "GlueOperator",
        "lake.features": "ProcessingOperator",
        "lake.terminate_cluster": "EmrTerminateJobFlowOperator",
        "prepare.dataset": "ServerlessOperator",
        "deliver.publish": "ServerlessOperator",
    }
    for dag_id in dags:
        assert tuple(_work(dags[dag_id]["tasks"])) == STEPS[_kind(dag_id)]


def test_values_of_other_tasks_reach_a_job_that_gets_its_arguments_as_one_text(airflow_report: dict[str, Any]) -> None:
    cleanse = airflow_report["modes"]["mixed"]["dags"][DATA]["tasks"]["lake.cleanse"]
    arguments = shlex.split(cleanse["requests"]["script_args"]["--job_command"])
    assert arguments[-4:] == ["--first", "2026-11-23", "--last", "2026-11-23"]


def test_settings_of_a_pipeline_s_job_choose_its_engine_and_how_long_its_task_waits(
    airflow_report: dict[str, Any],
) -> None:
    dags = airflow_report["modes"]["transient"]["dags"]
    data, training, scoring = (dags[dag_id]["tasks"] for dag_id in pinned_pipeline().dag_ids)
    assert (data["lake.features"]["operator"], data["lake.features"]["seconds"]) == ("ProcessingOperator", 60 * 60)
    assert (data["lake.ingest"]["operator"], data["lake.ingest"]["seconds"]) == ("StepsOperator", 240 * 60)
    assert (training["tune"]["seconds"], training["train"]["seconds"]) == (30 * 60, 240 * 60)
    assert scoring["transform"]["seconds"] == 45 * 60


def test_no_template_is_left_unrendered(dag: dict[str, Any]) -> None:
    for task_id, task in dag["tasks"].items():
        assert "{{" not in str(task["requests"]), task_id


def test_values_pass_from_task_to_task(airflow_report: dict[str, Any]) -> None:
    tasks = airflow_report["modes"]["transient"]["dags"][TRAINING]["tasks"]
    assert tasks["train"]["requests"]["config"]["Environment"]["PLATFORM_TUNING_JOB"] == "tune-1"
    package = tasks["register"]["requests"]["extras"]
    assert package["ModelApprovalStatus"] == "PendingManualApproval", "nothing predicts before task promote"
    assert package["CustomerMetadataProperties"]["mlflow_version"] == "3"
    assert tasks["promote"]["requests"]["op_kwargs"]["package"] == "arn:version-1"
    (container,) = package["InferenceSpecification"]["Containers"]
    assert container["ModelDataUrl"] == "s3://models/train-1/output/model.tar.gz"
    assert tasks["tune"]["requests"]["config"]["HyperParameterTuningJobConfig"]["ResourceLimits"] == {
        "MaxNumberOfTrainingJobs": 8,
        "MaxParallelTrainingJobs": 2,
        "MaxRuntimeInSeconds": tasks["tune"]["seconds"] - 600,
    }


def test_scoring_uses_the_champion_of_the_registry(airflow_report: dict[str, Any]) -> None:
    tasks = airflow_report["modes"]["transient"]["dags"][SCORING]["tasks"]
    assert tasks["champion"]["requests"]["op_args"] == ["mlops-dev-meters"]
    container = tasks["create_model"]["requests"]["config"]["PrimaryContainer"]
    assert container["ModelDataUrl"] == "s3://models/champion/output/model.tar.gz"
    assert tasks["transform"]["requests"]["config"]["ModelName"] == "model-1"


def test_a_model_of_sagemaker_is_deleted_after_the_transform(airflow_report: dict[str, Any]) -> None:
    tasks = airflow_report["modes"]["transient"]["dags"][SCORING]["tasks"]
    assert (tasks["create_model"]["is_setup"], tasks["delete_model"]["is_teardown"]) == (True, True)
    assert tasks["delete_model"]["requests"]["config"] == {"ModelName": "model-1"}
    assert "delete_model" in tasks["transform"]["downstream"]
    assert tasks["delete_model"]["fails_run"] is False


def test_predictions_are_published_from_the_folder_of_the_try_that_succeeded(airflow_report: dict[str, Any]) -> None:
    tasks = airflow_report["modes"]["transient"]["dags"][SCORING]["tasks"]
    request = tasks["transform"]["requests"]["config"]
    assert request["TransformOutput"]["S3OutputPath"].endswith(f"/{request['TransformJobName']}/")
    (step,) = tasks["deliver.publish"]["requests"]["steps"]
    arguments = step["HadoopJarStep"]["Args"]
    assert arguments[arguments.index("--predictions") + 1] == "s3://predictions/score-2/"


def test_the_gate_believes_only_a_clear_answer(airflow_report: dict[str, Any]) -> None:
    read = ["run/evaluation.json", "bucket"]
    start = "s3://bucket/run/evaluation.json:"
    assert airflow_report["gate"] == {
        "better": {"passes": {"approved": True, "is_champion": True, "model_version": "3"}, "read": read},
        "refused": {"passes": None, "read": read},
        "unnamed": {"error": f"{start} 'model_version' is None; allowed are the text of a version"},
        "odd": {"error": f"{start} 'approved' is '1'; allowed are true and false"},
        "half": {"error": f"{start} 'is_champion' is None; allowed are true and false"},
    }


def test_the_champion_is_the_newest_approved_version(airflow_report: dict[str, Any]) -> None:
    found = airflow_report["champion"]["one"]
    assert found["champion"] == {
        "ModelPackageArn": "version-2",
        "ModelDataUrl": "s3://models/version-2.tar.gz",
        "ModelVersion": "3",
    }
    assert found["asked"] == {
        "ModelPackageGroupName": "mlops-dev-meters",
        "ModelApprovalStatus": "Approved",
        "SortBy": "CreationTime",
        "SortOrder": "Descending",
        "MaxResults": 1,
    }
    assert problems("sagemaker", "ListModelPackages", found["asked"]) == ""


def test_a_missing_champion_is_told_and_no_failure(airflow_report: dict[str, Any]) -> None:
    found = airflow_report["champion"]["none"]
    assert found["champion"] is None
    sentence = "mlops-dev-meters has no approved version yet; the training DAG approves the first good one"
    assert found["warned"] == [sentence]

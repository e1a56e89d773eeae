"""Runs in the Airflow environment and reports, as JSON, what the tests beside it judge.

Part one parses the DAG folder in both EMR modes and with a job on each engine, twice each, and renders every request
as a run would.
Part two puts each checked operator before each state its job can end in.
"""

import json
import os
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import airflow
import yaml
from airflow.exceptions import AirflowException, AirflowFailException
from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.providers.amazon.aws.hooks.sagemaker import SageMakerHook
from airflow.providers.amazon.aws.operators import emr, glue, sagemaker
from airflow.serialization import serialized_objects
from botocore.exceptions import ClientError, WaiterError

from jobs.contracts.workload import method_name
from jobs.dags import champion
from jobs.dags.engines.emr_operators import JobFlowOperator, StepsOperator
from jobs.dags.engines.emr_serverless_operator import ServerlessOperator
from jobs.dags.engines.glue_operator import GlueOperator
from jobs.dags.engines.processing_operator import ProcessingOperator
from jobs.dags.gate import approval
from jobs.dags.model_jobs.operators import TrainingOperator, TransformOperator, TuningOperator

try:
    from airflow.dag_processing.dagbag import DagBag
except ModuleNotFoundError:  # Airflow 3.0
    from airflow.models.dagbag import DagBag

DATE = datetime(2026, 11, 24, 2, 8, 52, tzinfo=UTC)
RUN_ID = "manual__2026-11-24T02:08:52.123456+00:00"
#: What tasks return; enough of it for the templates of those after them.
RETURNED: dict[str, Any] = {
    "partitions": {
        "first": "2026-11-23",
        "last": "2026-11-23",
        "score": "2026-11-23",
        "train": "2026-11-16:2026-11-20",
        "validation": "2026-11-21:2026-11-21",
        "test": "2026-11-22:2026-11-23",
    },
    "tune": {"Tuning": {"HyperParameterTuningJobName": "tune-1"}},
    "train": {"Training": {"ModelArtifacts": {"S3ModelArtifacts": "s3://models/train-1/output/model.tar.gz"}}},
    "gate": {"approved": True, "is_champion": True, "model_version": "3"},
    "register": "arn:version-1",
    "champion": {"ModelPackageArn": "arn:version-1", "ModelDataUrl": "s3://models/champion/output/model.tar.gz"},
    "create_model": {"Model": {"ModelName": "model-1"}},
    "transform": {"Transform": {"TransformOutput": {"S3OutputPath": "s3://predictions/score-2/"}}},
}
#: What operators read of the context.
SECOND_TRY = {"ti": SimpleNamespace(try_number=2)}
CHECKED = (TrainingOperator, TuningOperator, TransformOperator, ProcessingOperator)
#: Attributes of operators that a request is made from.
REQUESTS = (
    *(
        "config",
        "extras",
        "job_flow_overrides",
        "steps",
        "job_flow_id",
        "job_flow_name",
        "execution_role_arn",
        "op_args",
        "op_kwargs",
    ),
    *("job_name", "script_args", "application_id", "job_driver", "name", "client_request_token"),
)
MIXED = "cleanse=glue,features=sagemaker,dataset=emr-serverless,publish=emr-serverless"


def find_dags(folder: str) -> Any:
    """Airflow's bag of the DAGs in a folder."""
    return DagBag(folder)


def parsed(*folders: str) -> dict[str, Any]:
    """The DAGs of the folders, parsed without a network, and whether a second parse gave the same."""
    with patch.object(
        socket.socket, "connect", side_effect=OSError("a DAG file opens a connection while it is parsed")
    ):
        parts = [_parsed(folder) for folder in folders]
    return {key: {name: value for part in parts for name, value in part[key].items()} for key in parts[0]}


def _parsed(folder: str) -> dict[str, dict[str, Any]]:
    bag, again = find_dags(folder), find_dags(folder)
    return {
        "files": {str(Path(folder, stat.file)): stat.dag_num for stat in bag.dagbag_stats},
        "import_errors": bag.import_errors,
        "dags": {dag_id: described(dag, again.dags[dag_id]) for dag_id, dag in bag.dags.items()},
    }


def described(dag: Any, again: Any) -> dict[str, Any]:
    """A DAG's policy, tasks and rendered requests."""
    return {
        "owner": dag.owner,
        "tags": sorted(dag.tags),
        "catchup": dag.catchup,
        "max_active_runs": dag.max_active_runs,
        "doc": dag.doc_md,
        "schedule": dag.schedule if isinstance(dag.schedule, str) else dag.schedule.name,
        "timetable": type(dag.timetable).__name__,
        "time_zone": str(dag.timezone),
        "native": dag.render_template_as_native_obj,
        "params": dag.params.dump(),
        "schemas": {name: dag.params.get_param(name).schema for name in dag.params},
        "same_again": _serialized(dag) == _serialized(again),
        "tasks": {task.task_id: task_of(dag, task) for task in dag.tasks},
    }


def task_of(dag: Any, task: Any) -> dict[str, Any]:
    """A task's place in the DAG, its waiting and what it would ask of AWS."""
    context = {
        "run_id": RUN_ID,
        "params": dag.params.dump(),
        "dag_run": SimpleNamespace(logical_date=DATE, run_after=DATE),
        "triggering_asset_events": {},
        "ti": SimpleNamespace(try_number=1, xcom_pull=lambda task_ids: RETURNED.get(task_ids, "j-1")),
        **dag.user_defined_macros,
    }
    task.render_template_fields(context, dag.get_template_env())
    if isinstance(task, sagemaker.SageMakerBaseOperator):
        task._create_integer_fields()
        task.parse_config_integers()
    requests = {name: getattr(task, name) for name in REQUESTS if getattr(task, name, None)}
    return {
        "operator": type(task).__name__,
        "owner": task.owner,
        "retries": task.retries,
        "downstream": sorted(task.downstream_task_ids),
        "is_setup": task.is_setup,
        "is_teardown": task.is_teardown,
        "seconds": waiting_seconds(task),
        "fails_run": task.on_failure_fail_dagrun,
        "deferrable": getattr(task, "deferrable", False),
        "waits": getattr(task, "wait_for_completion", None),
        "connection": getattr(task, "aws_conn_id", None),
        "requests": requests,
    }


def waiting_seconds(task: Any) -> int:
    """How long a task may wait for its job, by the operator's own words for it; 0 when it waits for none."""
    polls = (getattr(task, "waiter_max_attempts", None) or 0) * (getattr(task, "waiter_delay", None) or 0)
    return int(max(polls, getattr(task, "max_ingestion_time", None) or 0))


def _serialized(dag: Any) -> str:
    objects: Any = serialized_objects
    # Renamed in Airflow 3.2.
    serialization = getattr(objects, "DagSerialization", None) or objects.SerializedDAG
    return json.dumps(serialization.to_dict(dag), sort_keys=True, default=str)


def job_outcome(operator_class: Any, status: str, provider_fails: bool) -> dict[str, Any]:
    """What a checked operator does when the provider returns or raises and the job is in that state."""
    workload = operator_class.workload
    calls: list[str] = []
    reason = {workload.reason_key: "out of memory"} if status == "Failed" else {}
    job = {workload.status_key: status, **reason}

    def describe(**_: str) -> dict[str, str]:
        if status == "absent":
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "not found"}}, "Describe")
        return job

    connection = SimpleNamespace(
        **{method_name(workload.describe): describe, method_name(workload.stop): lambda **_: calls.append("stop")}
    )
    operator = operator_class(task_id="task", config={workload.name_key: "job-1"})
    operator.hook = SimpleNamespace(conn=connection)
    effect = {"side_effect": RuntimeError("took too long")} if provider_fails else {"return_value": {"done": True}}
    with patch.object(operator_class.__mro__[2], "execute", **effect):
        try:
            return {"result": operator.execute({}), "calls": calls}
        except Exception as error:
            return {"error": str(error), "calls": calls}


def tuning_outcome(status: str, *, seconds: int, finished: int) -> dict[str, Any]:
    """What the tuning operator makes of a job with a limit of 600 s that ended after some seconds."""
    job = {
        "HyperParameterTuningJobStatus": status,
        "HyperParameterTuningJobConfig": {"ResourceLimits": {"MaxRuntimeInSeconds": 600}},
        "CreationTime": DATE,
        "HyperParameterTuningEndTime": DATE + timedelta(seconds=seconds),
        "ObjectiveStatusCounters": {"Succeeded": finished},
    }
    operator = TuningOperator(task_id="tune", config={"HyperParameterTuningJobName": "tune-1"})
    operator.hook = SimpleNamespace(conn=SimpleNamespace(describe_hyper_parameter_tuning_job=lambda **_: job))
    with patch.object(sagemaker.SageMakerTuningOperator, "execute", return_value={"Tuning": "done"}):
        try:
            return {"result": operator.execute({})}
        except AirflowException as error:
            return {"error": str(error)}


def left_behind() -> list[str]:
    """The calls of a third try while the training job of the first is still being stopped."""
    calls: list[str] = []
    states = {"train-1": ["InProgress", "Stopping", "Stopped"], "train-2": ["Failed"], "train-3": ["Completed"]}

    def describe(**call: str) -> dict[str, str]:
        left = states[call["TrainingJobName"]]
        return {"TrainingJobStatus": left.pop(0) if len(left) > 1 else left[0]}

    connection = SimpleNamespace(
        describe_training_job=describe,
        stop_training_job=lambda **call: calls.append(f"stop {call['TrainingJobName']}"),
    )
    operator = TrainingOperator(task_id="train", config={"TrainingJobName": "train-3"}, check_interval=0)
    operator.hook = SimpleNamespace(conn=connection)

    def created(*_: object) -> None:
        calls.append(f"create while train-1 is {states['train-1'][0]}")

    with patch.object(sagemaker.SageMakerTrainingOperator, "execute", created):
        operator.execute({})
    return calls


def step_outcome(state: str, *, cluster: str = "WAITING", reason: str = "month 2013-03 is empty") -> dict[str, Any]:
    """What the step operator does in a second try when its waiter gives up on a step in that state."""
    calls: list[str] = []
    step = {"Name": "ingest", "Status": {"State": state, "StateChangeReason": {"Message": reason}}}
    work = ["spark-submit", "s3://code-1.py", "jobs.spark.ingest", "--run-id", "run-1"]
    listed = [
        {"Id": "s-0", "Config": {"Args": ["spark-submit", "s3://code-0.py", *work[2:]]}},
        {"Id": "s-other", "Config": {"Args": [*work[:4], "run-2"]}},
    ]

    def wait(**_: object) -> None:
        if state != "COMPLETED":
            raise WaiterError("StepComplete", "gave up", {})

    connection = SimpleNamespace(
        get_waiter=lambda _: SimpleNamespace(wait=wait),
        describe_step=lambda **_: {"Step": step},
        describe_cluster=lambda **_: {"Cluster": {"Status": {"State": cluster}}},
        list_steps=lambda **_: {"Steps": listed},
        cancel_steps=lambda **call: calls.extend(f"cancel {step_id}" for step_id in call["StepIds"]),
    )
    steps = [{"Name": "ingest", "HadoopJarStep": {"Args": work}}]
    operator = StepsOperator(task_id="task", job_flow_id="j-1", wait_for_completion=True, steps=steps)
    operator.hook = SimpleNamespace(conn=connection)
    with patch.object(emr.EmrAddStepsOperator, "execute", return_value=["s-1"]):
        try:
            return {"result": operator.execute(SECOND_TRY), "calls": calls}
        except Exception as error:
            return {"error": str(error), "calls": calls, "retried": not isinstance(error, AirflowFailException)}


def serverless_outcome(state: str) -> dict[str, Any]:
    """What the EMR Serverless operator does when its waiting fails and its run is in that state."""
    calls: list[str] = []
    connection = SimpleNamespace(
        get_job_run=lambda **_: {"jobRun": {"state": state, "stateDetails": "out of memory"}},
        list_job_runs=lambda **_: {"jobRuns": [{"id": "r-0", "name": "run-1"}, {"id": "r-x", "name": "other-1"}]},
        cancel_job_run=lambda **call: calls.append(f"cancel {call['applicationId']} {call['jobRunId']}"),
    )

    def fail(operator: Any, *_: object) -> None:
        operator.job_id = "r-1"
        raise RuntimeError("gave up")

    operator = ServerlessOperator(
        task_id="task",
        application_id="/mlops/dev/compute/spark-application-id",
        execution_role_arn="arn",
        job_driver={},
        name="run-2",
    )
    operator.hook = SimpleNamespace(conn=connection)
    ids = {"/mlops/dev/compute/spark-application-id": "app-1"}
    with (
        patch.object(emr.EmrServerlessStartJobOperator, "execute", fail),
        patch("jobs.dags.engines.emr_serverless_operator.published_id", ids.__getitem__),
    ):
        try:
            return {"result": operator.execute({}), "calls": calls}
        except AirflowException as error:
            return {"error": str(error), "calls": calls}


def glue_outcome(state: str) -> dict[str, Any]:
    """What the Glue operator does when its waiting fails and its run is in that state."""
    calls: list[str] = []

    def stop(**call: Any) -> dict[str, Any]:
        calls.append(f"stop {call['JobRunIds']}")
        return {"SuccessfulSubmissions": ["r-1"]}

    run = {"JobRunState": state, "ErrorMessage": "out of memory"}
    arguments = {"--job_command": "jobs.spark.publish --run-id run-1"}
    left = {"Id": "r-0", "JobRunState": "RUNNING", "Arguments": {**arguments, "--JOB_NAME": "publish"}}
    others = [{**left, "Id": "r-done", "JobRunState": "FAILED"}, {**left, "Id": "r-x", "Arguments": {}}]
    connection = SimpleNamespace(
        get_job_run=lambda **_: {"JobRun": run},
        get_job_runs=lambda **_: {"JobRuns": [left, *others]},
        batch_stop_job_run=stop,
    )

    def fail(operator: Any, _: object) -> None:
        operator._job_run_id = "r-1"
        raise RuntimeError("gave up")

    operator = GlueOperator(task_id="task", job_name="publish", stop_job_run_on_kill=True, script_args=arguments)
    operator.hook = SimpleNamespace(conn=connection)
    with patch.object(glue.GlueJobOperator, "execute", fail):
        try:
            return {"result": operator.execute(SECOND_TRY), "calls": calls}
        except AirflowException as error:
            return {"error": str(error), "calls": calls}


def creation_outcome() -> list[str]:
    """Which clusters are ended when creating one succeeds and the task then fails."""
    ended: list[str] = []

    def fail(operator: Any, _: object) -> None:
        operator._job_flow_id = "j-1"
        raise RuntimeError("link could not be stored")

    operator = JobFlowOperator(task_id="task")
    operator.hook = SimpleNamespace(
        conn=SimpleNamespace(terminate_job_flows=lambda **call: ended.extend(call["JobFlowIds"]))
    )
    with patch.object(emr.EmrCreateJobFlowOperator, "execute", fail):
        try:
            operator.execute({})
        except RuntimeError:
            return ended
    raise AssertionError("the failure was swallowed")


def gate_outcome(**evaluation: object) -> object:
    """What the gate makes of an evaluation."""
    with patch.object(S3Hook, "read_key", return_value=json.dumps(evaluation)) as read:
        try:
            return {"passes": approval("s3://bucket/run/evaluation.json"), "read": list(read.call_args.args)}
        except AirflowException as error:
            return {"error": str(error)}


def registry_of(*versions: str, asked: dict[str, Any] | None = None) -> Any:
    """A client of SageMaker whose registry has these approved versions, newest first; `asked` receives the request."""

    def listed(**request: Any) -> dict[str, Any]:
        (asked if asked is not None else {}).update(request)
        return {"ModelPackageSummaryList": [{"ModelPackageArn": version} for version in versions]}

    def described(**request: Any) -> dict[str, Any]:
        container = {"ModelDataUrl": f"s3://models/{request['ModelPackageName']}.tar.gz"}
        version = {"mlflow_version": "3"}
        return {
            "InferenceSpecification": {"Containers": [container]},
            "CustomerMetadataProperties": version,
            "ModelApprovalStatus": "PendingManualApproval",
        }

    return SimpleNamespace(
        list_model_packages=listed, describe_model_package=described, update_model_package=lambda **_: {}
    )


def champion_outcome(*versions: str) -> dict[str, Any]:
    """What the champion task makes of the approved versions of a group, newest first."""
    asked: dict[str, Any] = {}
    with (
        patch.object(SageMakerHook, "conn", registry_of(*versions, asked=asked)),
        patch.object(champion.log, "warning") as warned,
    ):
        found = champion.newest_approved("mlops-dev-meters")
    return {"champion": found, "asked": asked, "warned": [call.args[0] % call.args[1:] for call in warned.mock_calls]}


def main() -> None:
    """Write the report; arguments are the file and the DAG folders."""
    target, *folders = sys.argv[1:]
    before = set(sys.modules)
    os.environ["AIRFLOW__PLATFORM__EMR_MODE"] = "transient"
    modes = {"transient": parsed(*folders)}
    of_dags = sorted(set(sys.modules) - before)
    os.environ["AIRFLOW__PLATFORM__EMR_MODE"] = "persistent"
    modes["persistent"] = parsed(*folders)
    os.environ |= {"AIRFLOW__PLATFORM__EMR_MODE": "transient", "AIRFLOW__PLATFORM__SPARK_ENGINES": MIXED}
    modes["mixed"] = parsed(*folders)
    states = ("Completed", "Failed", "Stopped", "InProgress", "absent")
    jobs = {
        f"{each.workload.noun}:{state}:{'raised' if fails else 'returned'}": job_outcome(each, state, fails)
        for each in CHECKED
        for state in states
        for fails in (False, True)
    }
    steps = {state: step_outcome(state) for state in ("COMPLETED", "FAILED", "CANCELLED", "RUNNING")}
    steps["dead"] = step_outcome("FAILED", cluster="TERMINATED_WITH_ERRORS")
    steps["refused"] = step_outcome("FAILED", reason="... ingest refused: month 2013-03 is empty")
    report = {"modes": modes, "jobs": jobs, "left": left_behind(), "steps": steps, "ended_clusters": creation_outcome()}
    report["tuning"] = {
        "limit": tuning_outcome("Stopped", seconds=605, finished=2),
        "none": tuning_outcome("Stopped", seconds=605, finished=0),
        "person": tuning_outcome("Stopped", seconds=300, finished=2),
        "done": tuning_outcome("Completed", seconds=605, finished=2),
    }
    report["serverless"] = {state: serverless_outcome(state) for state in ("FAILED", "RUNNING")}
    report["glue"] = {state: glue_outcome(state) for state in ("FAILED", "RUNNING")}
    report["gate"] = {
        "better": gate_outcome(approved=True, is_champion=True, model_version="3"),
        "refused": gate_outcome(approved=False, is_champion=False, model_version="3"),
        "unnamed": gate_outcome(approved=True, is_champion=False),
        "odd": gate_outcome(approved="1", is_champion=False),
        "half": gate_outcome(approved=True),
    }
    report["champion"] = {"one": champion_outcome("version-2"), "none": champion_outcome()}
    report["loaded_by_dags"] = of_dags
    described = yaml.safe_load(Path(str(airflow.__file__)).with_name("config_templates").joinpath("config.yml").open())
    report["options"] = [f"{section}.{name}" for section, about in described.items() for name in about["options"]]
    report["version"] = airflow.__version__
    report["modules"] = sorted(name for name in sys.modules if "." not in name)
    Path(target).write_text(json.dumps(report, default=str))


if __name__ == "__main__":
    main()

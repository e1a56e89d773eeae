"""Runs in the Airflow environment: executes every task of every DAG and records each call that reaches botocore.

The arguments are a JSON file of Airflow options by environment and the file that receives the calls by environment.
botocore builds and validates each request; a fixed response replaces the network. Each task runs when its inputs exist
and when they are missing, and is then killed while its job is active, so that the calls of providers that no operator
names are recorded too.
"""

import copy
import io
import json
import os
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import botocore.session
from airflow.exceptions import AirflowSkipException
from airflow.models.dagbag import DagBag
from airflow.sdk.execution_time.context import OutletEventAccessors
from botocore.response import StreamingBody

from tests.jobs.dags.airflow_probe import RETURNED, RUN_ID

_DONE = {"sagemaker": "Completed", "emr": "COMPLETED", "emr-serverless": "SUCCESS", "glue": "SUCCEEDED"}
_ACTIVE = {"sagemaker": "InProgress", "emr": "RUNNING", "emr-serverless": "RUNNING", "glue": "RUNNING"}
_MISSING = {"Error": {"Code": "404", "Message": "Not Found"}}
_UNKNOWN = {"Error": {"Code": "ValidationException", "Message": "Could not find the job"}}
_TIME = datetime(2026, 11, 24, tzinfo=UTC)
#: What providers read from the description of a job beside its state.
_DESCRIBED = {
    "ProcessingEndTime": _TIME,
    "ProcessingStartTime": _TIME,
    "ResourceConfig": {"InstanceCount": 1},
    "TrainingEndTime": _TIME,
    "TrainingStartTime": _TIME,
}


class Recorder:
    """Records the calls of every client and answers them as services would."""

    def __init__(self, options: Mapping[str, str]) -> None:
        environment, account, region = (options[f"platform.{key}"] for key in ("environment", "account", "region"))
        prefix = f"mlops-{environment}"
        self._version = f"arn:aws:sagemaker:{region}:{account}:model-package/{prefix}-meters/1"
        self.calls: list[dict[str, Any]] = []
        self.states: Mapping[str, str] = _DONE
        self.has_inputs = True
        self._model = f"{prefix}-model-1"
        self._created = {"Model", "ModelPackage"}
        self._cluster = {"Id": "j-1", "Name": f"{prefix}-spark", "Status": {"State": "WAITING"}}
        self._application = {"id": "app-1", "name": f"{prefix}-spark"}

    def watch(self, client: Any) -> Any:
        """Record and answer the calls of a client."""
        service = client.meta.service_model.service_name
        client.meta.events.register_first(
            "before-parameter-build", lambda params, model, **_: self._record(service, model.name, params)
        )
        client.meta.events.register_first("before-call", lambda model, **_: self._answer(service, model.name))
        return client

    def _record(self, service: str, operation: str, parameters: Mapping[str, Any]) -> None:
        call = {"service": service, "operation": operation, "parameters": parameters}
        self.calls.append(json.loads(json.dumps(call, default=str)))

    def _answer(self, service: str, operation: str) -> tuple[Any, dict[str, Any]]:
        status, body = 200, self._body(service, operation)
        if operation == "HeadObject" and not self.has_inputs:
            status, body = 404, _MISSING
        if service == "sagemaker" and operation.startswith("Describe") and operation[8:] not in self._created:
            status, body = 400, _UNKNOWN
        return SimpleNamespace(status_code=status), {**body, "ResponseMetadata": {"HTTPStatusCode": status}}

    def _body(self, service: str, operation: str) -> dict[str, Any]:
        state = self.states.get(service, "")
        evaluation = json.dumps({"approved": True, "is_champion": True, "model_version": "3"}).encode()
        answers: dict[str, dict[str, Any]] = {
            "GetObject": {"Body": StreamingBody(io.BytesIO(evaluation), len(evaluation))},
            "RunJobFlow": {"JobFlowId": "j-1"},
            "GetParameter": {"Parameter": {"Type": "String", "Value": "published-1"}},
            "DescribeCluster": {"Cluster": self._cluster},
            "AddJobFlowSteps": {"StepIds": ["s-1"]},
            "ListSteps": {"Steps": []},
            "ListJobRuns": {"jobRuns": []},
            "GetJobRuns": {"JobRuns": []},
            "DescribeStep": {"Step": {"Id": "s-1", "Name": "step", "Status": {"State": state}}},
            "GetApplication": {"application": {**self._application, "state": "STARTED"}},
            "StartJobRun": {"jobRunId": "r-1", "JobRunId": "r-1"},
            "GetJobRun": {"jobRun": {"state": state}, "JobRun": {"JobRunState": state}},
            "GetJob": {"Job": {"Name": "job"}},
            "ListModelPackages": {"ModelPackageSummaryList": [{"ModelPackageArn": self._version}]},
            "DescribeModelPackage": {
                "InferenceSpecification": {"Containers": [{"ModelDataUrl": "s3://m/1.tar.gz"}]},
                "CustomerMetadataProperties": {"mlflow_version": "3"},
                "ModelApprovalStatus": "PendingManualApproval",
            },
            "GetSecretValue": {"SecretString": json.dumps({"username": "jobs-a", "password": "x"})},
            "BatchStopJobRun": {"SuccessfulSubmissions": [{"JobRunId": "r-1"}]},
        }
        if operation not in answers and service == "sagemaker" and operation.startswith(("Create", "Describe")):
            noun = operation.removeprefix("Create").removeprefix("Describe")
            self._created.update([noun] if operation.startswith("Create") else [])
            return {
                f"{noun}Arn": f"arn:aws:sagemaker:::{noun}",
                f"{noun}Status": state,
                "ModelName": self._model,
                **_DESCRIBED,
            }
        return answers.get(operation, {})


@contextmanager
def recorded(options: Mapping[str, str]) -> Iterator[Recorder]:
    """Watch every client that is created meanwhile, without waiting."""
    recorder, create = Recorder(options), botocore.session.Session.create_client

    def create_client(session: Any, *args: Any, **kwargs: Any) -> Any:
        return recorder.watch(create(session, *args, **kwargs))

    with (
        patch.object(botocore.session.Session, "create_client", create_client),
        patch.object(time, "sleep"),
        # MLflow is not AWS: the address of its balancer and the firewall decide, which other tests check.
        patch.object(urllib.request, "urlopen"),
    ):
        yield recorder


def calls_of(folder: str, options: Mapping[str, str]) -> dict[str, Any]:
    """The calls of every task with these options, and the error of each task whose inputs exist."""
    os.environ.update({f"AIRFLOW__{key.replace('.', '__').upper()}": value for key, value in options.items()})
    bag = DagBag(folder, include_examples=False)
    environment, account, region = (options[f"platform.{key}"] for key in ("environment", "account", "region"))
    bucket = f"mlops-{environment}-artifacts-{account}-{region}"
    model = {"S3ModelArtifacts": f"s3://{bucket}/models/train-1/output/model.tar.gz"}
    returned = {
        **RETURNED,
        "train": {"Training": {"ModelArtifacts": model}},
        "register": f"arn:aws:sagemaker:{region}:{account}:model-package/mlops-{environment}-meters/1",
        "create_model": {"Model": {"ModelName": f"mlops-{environment}-model-1"}},
    }
    tasks: dict[str, Any] = {}
    for dag in bag.dags.values():
        for task in dag.tasks:
            # A worker renders the fields of its own copy, so each try has names of its own.
            first, second = copy.copy(task), copy.copy(task)
            with recorded(options) as recorder:
                error = executed(dag, first, returned)
                recorder.has_inputs = False
                executed(dag, second, returned, try_number=2)
                recorder.states = _ACTIVE
                # The jobs never end here, so an operator that waits for the end of a cancelled job gives up.
                with suppress(RuntimeError):
                    first.on_kill()
            tasks[f"{dag.dag_id}.{task.task_id}"] = {"error": error, "calls": recorder.calls}
    return {"import_errors": bag.import_errors, "tasks": tasks}


def executed(dag: Any, task: Any, returned: Mapping[str, Any], try_number: int = 1) -> str:
    """Run a task as a worker would and return its error."""
    values: dict[str, Any] = {}
    instance = SimpleNamespace(
        try_number=try_number,
        xcom_pull=lambda task_ids, **_: returned.get(task_ids, "j-1"),
        xcom_push=lambda key, value, **_: values.update({key: value}),
        dag_id=dag.dag_id,
        task_id=task.task_id,
        run_id=RUN_ID,
        map_index=-1,
    )
    context = {
        "run_id": RUN_ID,
        "params": dag.params.dump(),
        "ti": instance,
        "task_instance": instance,
        "dag": dag,
        "dag_run": SimpleNamespace(logical_date=_TIME, run_after=_TIME),
        "triggering_asset_events": {},
        "outlet_events": OutletEventAccessors(),
        "task": task,
        **dag.user_defined_macros,
    }
    try:
        task.render_template_fields(context, dag.get_template_env())
        task.execute(context)
    except AirflowSkipException:
        return ""
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def main() -> None:
    """Record the calls of each environment."""
    folder, environments, target = sys.argv[1:]
    os.environ |= {"AWS_ACCESS_KEY_ID": "recorded", "AWS_SECRET_ACCESS_KEY": "recorded"}
    options = json.loads(Path(environments).read_text())
    Path(target).write_text(json.dumps({name: calls_of(folder, each) for name, each in options.items()}))


if __name__ == "__main__":
    main()

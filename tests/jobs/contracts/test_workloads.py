"""Every row is compared with the service model of botocore and with what the rows are read for."""

from typing import Any

import botocore.session
import pytest
from botocore.model import Shape, StructureShape

from jobs.contracts.spark_workloads import EMR_STEP, GLUE_RUN, SERVERLESS_RUN
from jobs.contracts.workload import Workload, method_name
from jobs.contracts.workloads import TRAINING_JOB, TUNING_JOB, WORKLOADS, workloads_of

#: States in which a job is being stopped or removed, which no row lists.
STOPPING = {"CANCELLING", "CANCEL_PENDING", "Deleting", "DeleteFailed", "STOPPING", "Stopping", "TERMINATING"}


def operation(workload: Workload, name: str) -> Any:
    return botocore.session.get_session().get_service_model(workload.service).operation_model(name)


def member(shape: Shape, path: str) -> Shape:
    for key in path.split("."):
        assert isinstance(shape, StructureShape)
        shape = shape.members[key]
    return shape


@pytest.fixture(params=WORKLOADS, ids=lambda workload: workload.noun)
def workload(request: pytest.FixtureRequest) -> Workload:
    row: Workload = request.param
    return row


def test_operations_and_keys_are_those_of_the_service(workload: Workload) -> None:
    described, listed = operation(workload, workload.describe), operation(workload, workload.list)
    assert workload.name_key in described.input_shape.members
    job = member(described.output_shape, workload.result_key) if workload.result_key else described.output_shape
    member(job, workload.reason_key)
    member(listed.output_shape.members[workload.list_key].member, workload.status_key)
    for name in (workload.create, workload.stop):
        assert operation(workload, name).input_shape


def test_states_are_all_states_of_the_service(workload: Workload) -> None:
    described = operation(workload, workload.describe).output_shape
    job = member(described, workload.result_key) if workload.result_key else described
    states = {*workload.states.active, *workload.states.terminal}
    assert states == set(member(job, workload.status_key).enum) - STOPPING


def test_operations_are_methods_of_the_client(workload: Workload) -> None:
    for name in (workload.create, workload.describe, workload.stop, workload.list):
        assert method_name(name) == botocore.xform_name(name)


def test_a_row_names_the_actions_and_the_arn_that_permissions_need() -> None:
    assert TRAINING_JOB.actions == (
        *("sagemaker:AddTags", "sagemaker:CreateTrainingJob", "sagemaker:DescribeTrainingJob"),
        "sagemaker:StopTrainingJob",
    )
    assert EMR_STEP.action(EMR_STEP.create) == "elasticmapreduce:AddJobFlowSteps"
    arn = "arn:aws:sagemaker:eu-west-1:111111111111:hyper-parameter-tuning-job/mlops-dev-*"
    assert TUNING_JOB.arn("eu-west-1", "111111111111", "mlops-dev-*") == arn
    runs = "arn:aws:emr-serverless:eu-west-1:111111111111:/applications/*/jobruns/*"
    assert SERVERLESS_RUN.arn("eu-west-1", "111111111111", "*") == runs


def test_status_and_reason_are_read_from_a_response() -> None:
    run = GLUE_RUN.job({"JobRun": {"JobRunState": "FAILED", "ErrorMessage": "out of memory"}})
    assert (GLUE_RUN.status(run), GLUE_RUN.reason(run)) == ("FAILED", "out of memory")
    assert (EMR_STEP.status({}), EMR_STEP.reason({"Status": {}})) == ("absent", "")


def test_kinds_of_a_service() -> None:
    assert [each.noun for each in workloads_of("emr")] == ["step", "cluster"]


def test_headings_of_failures_are_unique() -> None:
    headings = [workload.failure.heading for workload in WORKLOADS]
    assert len(headings) == len(set(headings))

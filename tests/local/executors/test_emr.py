import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.spark.function import handler

STEP = {"Jar": "command-runner.jar", "Args": ["spark-submit", "s3://lake/main.py", "hello"]}
#: A program that does not use Spark, because the tests cover how steps are run.
PROGRAM = b"""
import sys, time
time.sleep(float(sys.argv[2]) if len(sys.argv) > 2 else 0)
sys.exit("boom" if "fail" in sys.argv else 0)
"""


@pytest.fixture
def emr(client: Any, s3: Any) -> Any:
    s3.put_object(Bucket="lake", Key="main.py", Body=PROGRAM)
    return client("emr")


def cluster(emr: Any, **changes: Any) -> str:
    """Create a cluster that waits for steps, with these changes of the request, and return its id."""
    instances = {"KeepJobFlowAliveWhenNoSteps": True, **changes.pop("Instances", {})}
    identifier: str = emr.run_job_flow(Name="spark", ReleaseLabel="emr-7.14.0", Instances=instances, **changes)[
        "JobFlowId"
    ]
    return identifier


def step(emr: Any, cluster_id: str, *arguments: str, action: str = "CONTINUE") -> str:
    """Add a step that runs the program with these arguments and return its id."""
    definition = {"Jar": "command-runner.jar", "Args": ["spark-submit", "s3://lake/main.py", *arguments]}
    steps = [{"Name": "work", "ActionOnFailure": action, "HadoopJarStep": definition}]
    identifier: str = emr.add_job_flow_steps(JobFlowId=cluster_id, Steps=steps)["StepIds"][0]
    return identifier


def finished(emr: Any, cluster_id: str, step_id: str) -> dict[str, Any]:
    """Wait until the step is in a terminal state, at most 30 s, and return its status."""
    for _ in range(600):
        status: dict[str, Any] = emr.describe_step(ClusterId=cluster_id, StepId=step_id)["Step"]["Status"]
        if status["State"] not in ("PENDING", "RUNNING"):
            return status
        time.sleep(0.05)
    raise AssertionError(f"{step_id} did not finish")


def state(emr: Any, cluster_id: str) -> str:
    """Return the state of the cluster."""
    name: str = emr.describe_cluster(ClusterId=cluster_id)["Cluster"]["Status"]["State"]
    return name


def test_a_step_runs_and_reports_its_true_end(emr: Any) -> None:
    identifier = cluster(emr)

    assert finished(emr, identifier, step(emr, identifier, "hello"))["State"] == "COMPLETED"
    failed = finished(emr, identifier, step(emr, identifier, "fail"))
    assert failed["State"] == "FAILED"
    assert "boom" in failed["FailureDetails"]["Message"]
    assert state(emr, identifier) == "WAITING"


def test_steps_of_one_cluster_run_one_after_another(emr: Any) -> None:
    identifier = cluster(emr)
    first, second = step(emr, identifier, "wait", "0.5"), step(emr, identifier, "hello")

    assert finished(emr, identifier, second)["State"] == "COMPLETED"
    ends = emr.describe_step(ClusterId=identifier, StepId=first)["Step"]["Status"]["Timeline"]["EndDateTime"]
    starts = emr.describe_step(ClusterId=identifier, StepId=second)["Step"]["Status"]["Timeline"]["StartDateTime"]
    assert ends <= starts


@pytest.mark.parametrize(
    ("action", "left", "state_after"),
    [("CANCEL_AND_WAIT", "CANCELLED", "WAITING"), ("TERMINATE_CLUSTER", "CANCELLED", "TERMINATED_WITH_ERRORS")],
)
def test_a_failure_does_what_the_step_says(emr: Any, action: str, left: str, state_after: str) -> None:
    identifier = cluster(emr)
    step(emr, identifier, "fail", action=action)
    waiting = step(emr, identifier, "hello", action=action)

    assert finished(emr, identifier, waiting)["State"] == left
    for _ in range(100):
        if state(emr, identifier) == state_after:
            break
        time.sleep(0.05)
    assert state(emr, identifier) == state_after


def test_terminating_stops_what_runs(emr: Any) -> None:
    identifier = cluster(emr)
    running = step(emr, identifier, "wait", "600")

    emr.terminate_job_flows(JobFlowIds=[identifier])

    assert finished(emr, identifier, running)["State"] == "CANCELLED"
    assert state(emr, identifier) == "TERMINATED"
    with pytest.raises(ClientError, match="has ended"):
        step(emr, identifier, "hello")


def test_a_cluster_without_work_ends_itself_unless_kept(emr: Any) -> None:
    steps = [{"Name": "work", "ActionOnFailure": "CONTINUE", "HadoopJarStep": STEP}]
    identifier = cluster(emr, Instances={"KeepJobFlowAliveWhenNoSteps": False}, Steps=steps)

    emr.get_waiter("cluster_terminated").wait(ClusterId=identifier, WaiterConfig={"Delay": 1, "MaxAttempts": 30})

    assert emr.list_steps(ClusterId=identifier)["Steps"][0]["Status"]["State"] == "COMPLETED"


@pytest.mark.parametrize(
    ("jar", "arguments", "message"),
    [
        ("s3://lake/mine.jar", [], "command-runner.jar only"),
        ("command-runner.jar", ["bash", "-c", "true"], "allowed is spark-submit"),
        ("command-runner.jar", ["spark-submit", "--packages", "a:b:1", "s3://lake/main.py"], "option --packages"),
        ("command-runner.jar", ["spark-submit", "s3://lake/none.py"], "s3://lake/none.py cannot be read"),
    ],
)
def test_what_this_machine_cannot_run_fails_with_a_sentence(
    emr: Any, jar: str, arguments: list[str], message: str
) -> None:
    identifier = cluster(emr)
    definition = {"Jar": jar, "Args": arguments}
    steps = [{"Name": "odd", "ActionOnFailure": "CONTINUE", "HadoopJarStep": definition}]
    step_id = emr.add_job_flow_steps(JobFlowId=identifier, Steps=steps)["StepIds"][0]

    assert message in finished(emr, identifier, step_id)["StateChangeReason"]["Message"]


def test_a_step_runs_under_a_role_that_iam_holds(emr: Any, client: Any) -> None:
    identifier = cluster(emr)
    arn = client("iam").create_role(RoleName="ingest", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    definition = {"Name": "work", "ActionOnFailure": "CONTINUE", "HadoopJarStep": STEP}

    ids = emr.add_job_flow_steps(JobFlowId=identifier, Steps=[definition], ExecutionRoleArn=arn)["StepIds"]

    assert finished(emr, identifier, ids[0])["State"] == "COMPLETED"
    described = emr.describe_step(ClusterId=identifier, StepId=ids[0])["Step"]
    assert described["ExecutionRoleArn"] == arn
    with pytest.raises(ClientError, match="does not exist in IAM"):
        emr.add_job_flow_steps(JobFlowId=identifier, Steps=[definition], ExecutionRoleArn=f"{arn}-other")


def test_the_function_that_ends_idle_clusters_leaves_those_that_work(emr: Any) -> None:
    tags = {"platform": "mlops-dev", "transient": "true"}
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    idle, busy, finished_one = (cluster(emr, Tags=listed) for _ in range(3))
    finished(emr, finished_one, step(emr, finished_one, "hello"))
    running = step(emr, busy, "wait", "5")

    now = datetime.now(UTC)
    assert handler.end_idle_clusters(emr, tags, timedelta(minutes=20), now + timedelta(minutes=19)) == []
    ended = handler.end_idle_clusters(emr, tags, timedelta(minutes=20), now + timedelta(minutes=21))
    assert sorted(ended) == sorted([idle, finished_one])
    assert state(emr, busy) == "RUNNING"
    emr.cancel_steps(ClusterId=busy, StepIds=[running])

"""RunJobFlow requests and Spark steps."""

import json
from dataclasses import replace
from typing import Any

import pytest

from jobs.contracts.settings import PlatformSettings, SettingsError
from jobs.dags.engines.emr_request import is_persistent, job_flow, spark_step
from jobs.dags.run import Run
from jobs.dags.spark_job import spark_job
from tests.jobs.dags.conftest import JOB_FLOW
from tests.jobs.dags.validation import problems


def _with_flow(run: Run, **changes: Any) -> Run:
    flow = {key: value for key, value in (JOB_FLOW | changes).items() if value is not None}
    return replace(run, settings=replace(run.settings, emr_job_flow=json.dumps(flow)))


def test_job_flow_is_a_valid_request(run: Run) -> None:
    assert problems("emr", "RunJobFlow", job_flow(run, name="lake")) == ""


def test_job_flow_waits_for_steps(run: Run) -> None:
    request = job_flow(run, name="lake")
    assert request["Instances"]["KeepJobFlowAliveWhenNoSteps"] is True
    assert request["Instances"]["TerminationProtected"] is False
    assert request["SecurityConfiguration"] == "mlops-dev-spark"


def test_the_environment_decides_whether_emr_scales_and_ends_a_cluster(run: Run) -> None:
    policies = {"AutoTerminationPolicy", "ManagedScalingPolicy"}
    assert not policies & set(job_flow(_with_flow(run, **dict.fromkeys(policies)), name="lake"))
    run = _with_flow(run, AutoTerminationPolicy={"IdleTimeout": 1200})
    assert job_flow(run, name="lake")["AutoTerminationPolicy"] == {"IdleTimeout": 1200}


def test_job_flow_carries_the_environment_s_tags_and_the_run_s(run: Run) -> None:
    tags = {tag["Key"]: tag["Value"] for tag in job_flow(run, name="lake")["Tags"]}
    assert tags["for-use-with-amazon-emr-managed-policies"] == "true"
    assert (tags["pipeline"], tags["run"], tags["release"]) == ("meters", run.key, "jobs-4f2a")


@pytest.mark.parametrize("key", ["SecurityConfiguration", "LogUri", "ServiceRole", "Instances"])
def test_a_cluster_without_its_guards_is_refused(run: Run, key: str) -> None:
    with pytest.raises(SettingsError, match=f"lacks .*{key}"):
        job_flow(_with_flow(run, **{key: None}), name="lake")


def test_a_job_flow_that_is_no_json_is_refused(run: Run) -> None:
    with pytest.raises(SettingsError, match=r"platform.emr_job_flow is not JSON"):
        job_flow(replace(run, settings=replace(run.settings, emr_job_flow="{")), name="lake")


def test_step_is_valid_and_runs_the_module(run: Run) -> None:
    step = spark_step(spark_job(run, "ingest", "--first", "2013-01"))
    assert problems("emr", "AddJobFlowSteps", {"JobFlowId": "j-1", "Steps": [step]}) == ""
    arguments = step["HadoopJarStep"]["Args"]
    assert arguments[:3] == ["spark-submit", "--deploy-mode", "client"]
    assert "spark.sql.catalog.lake=org.apache.iceberg.spark.SparkCatalog" in arguments
    entry = arguments.index("s3://assets/main-9c1b.py")
    assert arguments[entry - 2 :] == [
        *("--py-files", "s3://assets/jobs-4f2a.zip", "s3://assets/main-9c1b.py", "jobs.spark.ingest"),
        *("--environment", "dev", "--account", "111111111111", "--region", "us-east-1"),
        *("--pipeline", "meters", "--run-id", run.key),
        *("--first", "2013-01"),
    ]


def test_a_failed_step_leaves_the_cluster_to_the_teardown(run: Run) -> None:
    assert spark_step(spark_job(run, "ingest"))["ActionOnFailure"] == "CONTINUE"


def test_modes(settings: PlatformSettings) -> None:
    assert not is_persistent(settings)
    assert is_persistent(replace(settings, emr_mode="persistent"))
    with pytest.raises(SettingsError, match=r"allowed are \['transient', 'persistent'\]"):
        is_persistent(replace(settings, emr_mode="serverless"))

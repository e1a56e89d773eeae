"""Spark jobs as one group of tasks, each on the engine that the pipeline or the environment chooses for it."""

from collections.abc import Sequence
from typing import Any

from airflow.providers.amazon.aws.operators.emr import EmrTerminateJobFlowOperator
from airflow.sdk import TaskGroup, chain

from jobs.contracts.engines import Engine
from jobs.contracts.names import SPARK_APPLICATION_ID, SPARK_CLUSTER_ID
from jobs.dags.engines.emr_operators import JobFlowOperator, StepsOperator
from jobs.dags.engines.emr_request import is_persistent, job_flow, spark_step
from jobs.dags.engines.emr_serverless_operator import ServerlessOperator
from jobs.dags.engines.emr_serverless_request import emr_serverless_run
from jobs.dags.engines.glue_operator import GlueOperator
from jobs.dags.engines.glue_request import glue_run
from jobs.dags.engines.processing_operator import ProcessingOperator
from jobs.dags.engines.processing_request import processing_job
from jobs.dags.run import Run
from jobs.dags.spark_job import SparkJob
from jobs.dags.templates import named, pulled


def spark_tasks(group_id: str, run: Run, *jobs: SparkJob) -> TaskGroup:
    """Run the jobs in order, one task each; a cluster starts only if at least one of them needs it.

    Creating a transient cluster is a setup task and terminating it a teardown task. The teardown runs also after a
    failed step, and a failed step still fails the DAG run, because Airflow ignores teardowns in the state of a run.
    """
    first = next((i for i, job in enumerate(jobs) if run.engine(job.module) is Engine.EMR), None)
    with TaskGroup(group_id) as group:
        if first is None or is_persistent(run.settings):
            chain(*_tasks(jobs, job_flow_name=run.names.parameter(SPARK_CLUSTER_ID)))
            return group
        create = JobFlowOperator(
            task_id="create_cluster",
            job_flow_overrides=job_flow(run, name=named(run, group_id)),
            emr_conn_id=None,
            deferrable=False,
        )
        cluster_id = pulled(create.task_id)
        terminate = EmrTerminateJobFlowOperator(task_id="terminate_cluster", job_flow_id=cluster_id, deferrable=False)
        tasks = _tasks(jobs, job_flow_id=cluster_id)
        chain(*tasks[:first], create, *tasks[first:], terminate.as_teardown(setups=create))
    return group


def _tasks(jobs: Sequence[SparkJob], **cluster: str) -> list[Any]:
    return [_task(job, cluster) for job in jobs]


def _task(job: SparkJob, cluster: dict[str, str]) -> Any:
    match job.run.engine(job.module):
        case Engine.EMR:
            return _step(job, cluster)
        case Engine.EMR_SERVERLESS:
            return _serverless(job)
        case Engine.GLUE:
            return _glue(job)
        case Engine.SAGEMAKER:
            return _processing(job)


def _step(job: SparkJob, cluster: dict[str, str]) -> Any:
    return StepsOperator(
        task_id=job.module,
        **cluster,
        steps=[spark_step(job)],
        execution_role_arn=job.role_arn,
        wait_for_completion=True,
        deferrable=False,
        **_waiter(job),
    )


def _serverless(job: SparkJob) -> Any:
    request = emr_serverless_run(job, name=named(job.run, job.module))
    return ServerlessOperator(
        task_id=job.module,
        application_id=job.run.names.parameter(SPARK_APPLICATION_ID),
        execution_role_arn=request["executionRoleArn"],
        job_driver=request["jobDriver"],
        name=request["name"],
        client_request_token=request["clientToken"],
        config={key: request[key] for key in ("executionTimeoutMinutes", "tags")},
        wait_for_completion=True,
        deferrable=False,
        **_waiter(job),
    )


def _glue(job: SparkJob) -> Any:
    request = glue_run(job)
    return GlueOperator(
        task_id=job.module,
        job_name=request["JobName"],
        script_args=request["Arguments"],
        run_job_kwargs={"Timeout": request["Timeout"]},
        wait_for_completion=True,
        stop_job_run_on_kill=True,
        job_poll_interval=job.run.settings.poll_seconds,
        deferrable=False,
    )


def _processing(job: SparkJob) -> Any:
    return ProcessingOperator(
        task_id=job.module,
        config=processing_job(job, name=named(job.run, job.module)),
        wait_for_completion=True,
        print_log=False,
        check_interval=job.run.settings.poll_seconds,
        max_ingestion_time=job.run.spark_minutes(job.module) * 60,
        action_if_job_exists="fail",
        deferrable=False,
    )


def _waiter(job: SparkJob) -> dict[str, int]:
    settings = job.run.settings
    attempts = job.run.spark_minutes(job.module) * 60 // max(settings.poll_seconds, 1)
    return {"waiter_delay": settings.poll_seconds, "waiter_max_attempts": attempts}

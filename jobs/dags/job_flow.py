"""Spark steps on a cluster as one group of tasks: create, steps, terminate; or steps alone where a cluster stands."""

from typing import Any

from airflow.providers.amazon.aws.operators.emr import EmrTerminateJobFlowOperator
from airflow.sdk import TaskGroup, chain

from jobs.dags.emr import STEP_SECONDS, Request, is_persistent, job_flow
from jobs.dags.operators import JobFlowOperator, StepsOperator
from jobs.dags.run import Run
from jobs.dags.templates import named, pulled


def spark_steps(group_id: str, run: Run, *steps: Request) -> TaskGroup:
    """Run the steps in order, one task each.

    A transient cluster is a setup and its end a teardown: it is terminated whatever became of the steps, and a failed
    step still fails the DAG run, because a teardown does not count for the run's state.
    """
    with TaskGroup(group_id) as group:
        if is_persistent(run.settings):
            chain(*(_step(run, step, job_flow_name=run.names.spark_cluster) for step in steps))
            return group
        create = JobFlowOperator(
            task_id="create_cluster",
            job_flow_overrides=job_flow(run, name=named(run, group_id)),
            emr_conn_id=None,
            deferrable=False,
        )
        cluster_id = pulled(create.task_id)
        terminate = EmrTerminateJobFlowOperator(task_id="terminate_cluster", job_flow_id=cluster_id, deferrable=False)
        on_cluster = [_step(run, step, job_flow_id=cluster_id) for step in steps]
        chain(create, *on_cluster, terminate.as_teardown(setups=create))
    return group


def _step(run: Run, step: Request, **cluster: str) -> Any:
    seconds = run.settings.poll_seconds
    return StepsOperator(
        task_id=step["Name"],
        **cluster,
        # Asked for by name, a cluster is one that takes steps.
        cluster_states=["RUNNING", "WAITING"],
        steps=[step],
        wait_for_completion=True,
        waiter_delay=seconds,
        waiter_max_attempts=STEP_SECONDS // max(seconds, 1),
        deferrable=False,
    )

"""Makes Airflow count failures as on MWAA: a task that fails on the path of the Task SDK, then one whose worker died.

Before, it prints a line with the texts in modules of Airflow. The arguments are the DAG folder, the beginning of that
line, and the modules. Started by `test_metrics.py`, which receives the StatsD metrics.
"""

import ast
import json
import os
import sys
from datetime import timedelta
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest.mock import patch

from local.services.dag_run import prepare

DAG, FAILED, LOST = "meters_data", "lake.cleanse", "lake.ingest"


def fail_a_task() -> None:
    """Run a DAG whose task fails; the provider's operators answer without AWS."""
    from airflow.executors.base_executor import BaseExecutor  # noqa: PLC0415 - Airflow reads its settings at import
    from airflow.providers.amazon.aws.operators.emr import EmrTerminateJobFlowOperator  # noqa: PLC0415

    from jobs.dags.engines.emr_operators import JobFlowOperator, StepsOperator  # noqa: PLC0415
    from tests.jobs.dags.airflow_probe import find_dags  # noqa: PLC0415

    def execute(operator: Any, context: Any) -> str:
        if operator.task_id == FAILED:
            raise RuntimeError("day 2026-11-23 is empty")
        return "j-1"

    BaseExecutor()  # Starts the metrics of the scheduler in this process, as an executor does in the scheduler.
    dag = find_dags(os.environ["AIRFLOW__CORE__DAGS_FOLDER"]).dags[DAG]
    for task in dag.tasks:
        task.retries = 0
    for operator in (JobFlowOperator, StepsOperator, EmrTerminateJobFlowOperator):
        patch.object(operator, "execute", execute).start()
    assert dag.test().state == "failed"


def lose_a_task() -> None:
    """Let the scheduler find a running task that has stopped reporting."""
    from airflow.jobs.job import Job  # noqa: PLC0415
    from airflow.jobs.scheduler_job_runner import SchedulerJobRunner  # noqa: PLC0415
    from airflow.models.dag import DagModel  # noqa: PLC0415
    from airflow.models.dagbundle import DagBundleModel  # noqa: PLC0415
    from airflow.models.taskinstance import TaskInstance  # noqa: PLC0415
    from airflow.utils import timezone  # noqa: PLC0415
    from airflow.utils.session import create_session  # noqa: PLC0415

    runner = SchedulerJobRunner(Job())
    with create_session() as session:
        session.add(runner.job)
        # A run of `dag.test()` in Airflow 3.0 registers no DAG.
        if session.get(DagModel, DAG) is None:
            session.add(DagBundleModel(name="dags-folder"))
            session.flush()
            session.add(DagModel(dag_id=DAG, bundle_name="dags-folder", relative_fileloc=f"{DAG}.py"))
        session.flush()
        task = session.query(TaskInstance).filter_by(dag_id=DAG, task_id=LOST).one()
        task.state, task.queued_by_job_id = "running", runner.job.id
        task.last_heartbeat_at = timezone.utcnow() - timedelta(hours=1)
    with create_session() as session:
        assert runner._find_task_instances_without_heartbeats(session=session)


def texts(module: Path) -> list[str]:
    """The texts in the source of a module, among them the names of metrics; f-strings as written."""
    nodes = list(ast.walk(ast.parse(module.read_text())))
    constants = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return constants + [ast.unparse(node)[2:-1] for node in nodes if isinstance(node, ast.JoinedStr)]


def tell_sources(start: str, modules: list[str]) -> None:
    """Print a line with the texts in modules of the installed Airflow, which it must not import yet."""
    spec = find_spec("airflow")
    assert spec is not None
    packages = Path(str(spec.origin)).parents[1]
    facts = {module: texts(packages / module) for module in modules}
    print(f"{start}{json.dumps({'version': version('apache-airflow-core'), **facts})}", flush=True)


if __name__ == "__main__":
    folder, start, *modules = sys.argv[1:]
    tell_sources(start, modules)
    prepare(Path(os.environ["AIRFLOW_HOME"]), Path(folder))
    fail_a_task()
    lose_a_task()

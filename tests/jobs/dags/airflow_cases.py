"""Runs in the Airflow environment: whole DAG runs without AWS calls, so that only Airflow decides what happens.

The argument is the folder that receives one file of events per case. Started by `airflow_runs`.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.providers.amazon.aws.operators.emr import EmrTerminateJobFlowOperator
from airflow.providers.amazon.aws.operators.sagemaker import SageMakerModelOperator
from airflow.sdk.listener import get_listener_manager

from jobs.dags.engines.emr_operators import JobFlowOperator, StepsOperator
from jobs.dags.model_jobs.operators import (
    RegisterModelVersionOperator,
    TrainingOperator,
    TransformOperator,
    TuningOperator,
)
from local.services.dag_part import DagRunError, Part
from local.services.dag_session import run, run_part
from tests.jobs.dags.airflow_probe import RETURNED

TASKS = (
    *(JobFlowOperator, StepsOperator, EmrTerminateJobFlowOperator, TuningOperator, TrainingOperator),
    *(RegisterModelVersionOperator, SageMakerModelOperator, TransformOperator),
)


#: What the last run of each task saw: the number of its try, and its rendered configuration.
SEEN: dict[str, dict[str, Any]] = {}


@contextmanager
def without_aws(failing: str, approved: bool) -> Iterator[None]:
    """Every operator answers at once, and the task of that name fails."""

    def execute(operator: Any, context: Any) -> Any:
        if operator.task_id == failing:
            raise RuntimeError("month 2013-03\nis empty")
        SEEN[operator.task_id] = {
            "try": context["ti"].try_number,
            "config": str(getattr(operator, "config", "")),
        }
        return RETURNED.get(operator.task_id, "j-1")

    with ExitStack() as patches:
        for operator in TASKS:
            patches.enter_context(patch.object(operator, "execute", execute))
        evaluation = json.dumps({"approved": approved})
        patches.enter_context(patch.object(S3Hook, "read_key", return_value=evaluation))
        yield


def case(folder: Path, name: str, dag_id: str, *, failing: str = "", approved: bool = True) -> str:
    """Run one case, leave its events, and give what the runner says."""
    get_listener_manager().clear()
    with without_aws(failing, approved):
        return run(dag_id, "{}", folder / f"{name}.jsonl")


def again(folder: Path, name: str, *dag_ids: str, task: str, onward: bool) -> str:
    """Run a part of the newest run of one of the DAGs again, without a failure."""
    get_listener_manager().clear()
    SEEN.clear()
    with without_aws("", approved=True):
        said = run_part(dag_ids, Part(task, onward, ""), folder / f"{name}.jsonl")
    (folder / f"{name}.json").write_text(json.dumps(SEEN))
    return said


def refused_part(*dag_ids: str, task: str, of_run: str = "") -> str:
    """What the runner says to a part that does not exist."""
    try:
        run_part(dag_ids, Part(task, True, of_run), Path(os.devnull))
    except DagRunError as error:
        return str(error)
    return "accepted"


def refused(dag_id: str, conf: str) -> str:
    """What the runner says to parameters it cannot take."""
    try:
        run(dag_id, conf, Path(os.devnull))
    except DagRunError as error:
        return str(error)
    return "accepted"


def main() -> None:
    """Run all cases."""
    folder = Path(sys.argv[1])
    data, training = "flight_delay_data", "flight_delay_training"
    said = {
        "data": case(folder, "data", data),
        "failed_step": case(folder, "failed_step", data, failing="lake.cleanse"),
        "from_failed": again(folder, "from_failed", data, training, task="cleanse", onward=True),
        "one_task": again(folder, "one_task", data, training, task="lake.ingest", onward=False),
        "part_without_run": refused_part(data, training, task="tune"),
        "training": case(folder, "training", training),
        "from_train": again(folder, "from_train", data, training, task="train", onward=True),
        "part_in_two_dags": refused_part(data, training, task="terminate_cluster"),
        "unknown_task": refused_part(data, task="nothing"),
        "unknown_run": refused_part(data, task="cleanse", of_run="nothing"),
        "not_approved": case(folder, "not_approved", training, approved=False),
        "unknown_dag": refused("flights", "{}"),
        "unknown_parameter": refused(data, '{"month": "2013-01"}'),
        "bad_month": refused(data, '{"first_month": "2013-13"}'),
        "two_scored_months": refused(training, '{"score": "2013-11:2013-12"}'),
        "not_json": refused(data, "{"),
        "not_an_object": refused(data, "[]"),
    }
    (folder / "said.json").write_text(json.dumps(said))


if __name__ == "__main__":
    main()

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
from local.services.dag_session import DagRunError, run
from tests.jobs.dags.airflow_probe import RETURNED

TASKS = (
    *(JobFlowOperator, StepsOperator, EmrTerminateJobFlowOperator, TuningOperator, TrainingOperator),
    *(RegisterModelVersionOperator, SageMakerModelOperator, TransformOperator),
)


@contextmanager
def without_aws(failing: str, approved: bool) -> Iterator[None]:
    """Every operator answers at once, and the task of that name fails."""

    def execute(operator: Any, context: Any) -> Any:
        if operator.task_id == failing:
            raise RuntimeError("month 2013-03\nis empty")
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
        "training": case(folder, "training", training),
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

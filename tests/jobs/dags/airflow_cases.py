"""Runs in the Airflow environment: whole DAG runs without AWS calls, so that only Airflow decides what happens.

The argument is the folder that receives one file of events per case. Started by `airflow_runs`.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from airflow.models import dagrun
from airflow.models.asset import AssetEvent
from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.providers.amazon.aws.hooks.sagemaker import SageMakerHook
from airflow.providers.amazon.aws.operators.emr import EmrTerminateJobFlowOperator
from airflow.providers.amazon.aws.operators.sagemaker import SageMakerDeleteModelOperator, SageMakerModelOperator
from airflow.sdk.listener import get_listener_manager

from jobs.dags.champion_alias import ChampionAlias
from jobs.dags.engines.emr_operators import JobFlowOperator, StepsOperator
from jobs.dags.engines.processing_operator import ProcessingOperator
from jobs.dags.model_jobs.operators import (
    RegisterModelVersionOperator,
    TrainingOperator,
    TransformOperator,
    TuningOperator,
)
from local.services.dag_part import DagRunError, Part
from local.services.dag_session import run, run_part
from tests.jobs.dags.airflow_probe import RETURNED, find_dags, registry_of
from tests.sample_pipelines import pinned_pipeline, sample_pipeline

TASKS = (
    *(JobFlowOperator, StepsOperator, EmrTerminateJobFlowOperator, TuningOperator, TrainingOperator),
    *(RegisterModelVersionOperator, SageMakerModelOperator, SageMakerDeleteModelOperator),
    *(TransformOperator, ProcessingOperator),
)


_OVERLAP = '{"train": "2026-01-01:2026-02-08", "validation": "2026-02-08:2026-02-08", "test": "2026-02-09:2026-02-10"}'
#: What the last run of each task saw: the number of its try, and its rendered configuration.
SEEN: dict[str, dict[str, Any]] = {}
#: The arguments of each Spark step that the current case started, by module.
STARTED: dict[str, list[str]] = {}


@contextmanager
def without_aws(*, failing: str = "", approved: bool = True, versions: tuple[str, ...] = ("v1",)) -> Iterator[None]:
    """Every operator answers at once, and the task named `failing` fails; `versions` are the approved models."""

    def execute(operator: Any, context: Any) -> Any:
        if operator.task_id == failing:
            raise RuntimeError("day 2026-11-23\nis empty")
        SEEN[operator.task_id] = {
            "try": context["ti"].try_number,
            "config": str(getattr(operator, "config", "")),
        }
        for step in getattr(operator, "steps", ()):
            STARTED[step["Name"]] = step["HadoopJarStep"]["Args"]
        return RETURNED.get(operator.task_id, "j-1")

    SEEN.clear()
    STARTED.clear()
    get_listener_manager().clear()
    with ExitStack() as patches:
        for operator in TASKS:
            patches.enter_context(patch.object(operator, "execute", execute))
        evaluation = json.dumps({"approved": approved, "is_champion": approved, "model_version": "3"})
        patches.enter_context(patch.object(S3Hook, "read_key", return_value=evaluation))
        patches.enter_context(patch.object(ChampionAlias, "set_to"))
        patches.enter_context(patch.object(SageMakerHook, "conn", registry_of(*versions)))
        yield


def case(folder: Path, name: str, dag_id: str, *, conf: str = "{}", **answers: Any) -> str:
    """Run one case, leave its events, and give what the runner says."""
    with without_aws(**answers):
        return run(dag_id, conf, folder / f"{name}.jsonl")


def again(folder: Path, name: str, *dag_ids: str, task: str, onward: bool, **answers: Any) -> str:
    """Run a part of the newest run of one of the DAGs again."""
    with without_aws(**answers):
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


def scheduled(dag_id: str, date: datetime) -> dict[str, list[str]]:
    """The arguments of the Spark steps in a run with this logical date."""
    with without_aws():
        assert _dag(dag_id).test(logical_date=date, run_after=date).state == "success"
    return dict(STARTED)


def triggered(dag_id: str, asset: str) -> dict[str, list[str]]:
    """The arguments of the Spark steps in a run that the newest event of an asset started."""

    def create(*, session: Any, **values: Any) -> Any:
        created = create_run(session=session, **values)
        events = session.query(AssetEvent).join(AssetEvent.asset).filter_by(name=asset)
        created.consumed_asset_events.append(events.order_by(AssetEvent.id.desc()).first())
        session.flush()
        return created

    create_run = dagrun.get_or_create_dagrun
    with without_aws(), patch.object(dagrun, "get_or_create_dagrun", create):
        assert _dag(dag_id).test(logical_date=None).state == "success"
    return dict(STARTED)


def _dag(dag_id: str) -> Any:
    return find_dags(os.environ["AIRFLOW__CORE__DAGS_FOLDER"]).dags[dag_id]


def main() -> None:
    """Run all cases."""
    folder = Path(sys.argv[1])
    data, training, scoring = sample_pipeline().dag_ids
    pinned = pinned_pipeline().dag_ids
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
        "scoring": case(folder, "scoring", scoring),
        "overlap": case(folder, "overlap", training, conf=_OVERLAP),
        "not_approved": case(folder, "not_approved", training, approved=False),
        "no_champion": case(folder, "no_champion", scoring, versions=()),
        "unknown_dag": refused("flights", "{}"),
        "unknown_parameter": refused(data, '{"month": "2013-01"}'),
        "bad_day": refused(data, '{"first": "2013-13-01"}'),
        "two_scored_days": refused(scoring, '{"score": "2013-11-01:2013-11-02"}'),
        "not_json": refused(data, "{"),
        "not_an_object": refused(data, "[]"),
        "part_fails": again(folder, "part_fails", data, task="cleanse", onward=False, failing="lake.cleanse"),
    }
    dates = [datetime(2026, 2, day, 4, tzinfo=UTC) for day in (11, 10)]
    steps = {
        "data": [scheduled(data, date) for date in dates],
        "pinned_data": scheduled(pinned[0], dates[0]),
        "pinned_training": scheduled(pinned[1], dates[0]),
        # The last run of the data DAG had the earlier date.
        "triggered_training": triggered(training, sample_pipeline().name),
        "triggered_scoring": triggered(scoring, sample_pipeline().name),
    }
    (folder / "said.json").write_text(json.dumps(said))
    (folder / "steps.json").write_text(json.dumps(steps))


if __name__ == "__main__":
    main()

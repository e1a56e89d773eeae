"""What the DAGs of all pipelines have in common."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from airflow.exceptions import AirflowFailException
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, Asset, Param

from jobs.contracts.pipeline import Pipeline
from jobs.contracts.tables import ContractError
from jobs.dags.run import Run
from jobs.dags.run_partitions import Events, Parameters
from jobs.dags.templates import MACROS, PARTITIONS


def pipeline_dag(
    run: Run,
    kind: str,
    *,
    schedule: str | Asset,
    doc: str,
    places: Mapping[str, str],
    params: Mapping[str, Param],
    catchup: bool = False,
) -> DAG:
    """An empty DAG `<pipeline>_<kind>`; its runs follow each other in the order of their dates.

    Airflow reads a cron expression in the time zone of the start date. The logical date of such a run is the time at
    which it is due. `doc` is Markdown with the fields `question`, `grain`, `owner`, `name` and those of `places`.
    """
    pipeline = run.pipeline
    start = datetime.combine(pipeline.schedule.start, time(), tzinfo=ZoneInfo(pipeline.partitions.time_zone))
    return DAG(
        dag_id=f"{pipeline.name}_{kind}",
        description=pipeline.description,
        doc_md=_documentation(doc, pipeline, places),
        schedule=schedule,
        start_date=start,
        catchup=catchup,
        max_active_runs=1,
        tags=[pipeline.name, kind, run.settings.environment],
        params=dict(params),
        user_defined_macros=dict(MACROS),
        render_template_as_native_obj=False,
        default_args={
            "owner": pipeline.owner,
            "retries": 1,
            "retry_delay": timedelta(minutes=5),
            "aws_conn_id": None,
        },
    )


def _documentation(doc: str, pipeline: Pipeline, places: Mapping[str, str]) -> str:
    return doc.format(
        question=pipeline.description,
        grain=pipeline.partitions.grain,
        owner=pipeline.owner,
        name=pipeline.name,
        **places,
    )


def decide_partitions(rule: Callable[[Parameters, Any, Events], dict[str, str]]) -> Any:
    """The first task of a DAG: it decides the partitions of the run before any task costs money, once for all tasks.

    Parameters that contradict one another fail the run at once with one sentence; a retry would read the same.
    """

    def decided(params: Parameters, dag_run: Any, triggering_asset_events: Events) -> dict[str, str]:
        try:
            return rule(params, dag_run, triggering_asset_events)
        except ContractError as error:
            raise AirflowFailException(f"parameters {dict(params)}: {error}") from error

    return PythonOperator(task_id=PARTITIONS, python_callable=decided)


def loaded_data(pipeline: Pipeline) -> Asset:
    """The asset that a run of the data DAG updates, and that starts training and scoring."""
    return Asset(pipeline.name)


def partition_param(pipeline: Pipeline, description: str) -> Param:
    """A parameter that names a partition; empty means that the schedule decides."""
    return _text(pipeline.partitions.pattern, description)


def span_param(pipeline: Pipeline, description: str) -> Param:
    """A parameter that names partitions as `first:last`; empty means that the schedule decides."""
    return _text(pipeline.partitions.span_pattern, description)


def _text(pattern: str, description: str) -> Any:
    return Param("", type="string", pattern=f"^$|{pattern}", description=f"{description}; empty: by the schedule")

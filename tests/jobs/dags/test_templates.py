"""What DAGs leave to the run."""

from jobs.dags.run import Run
from jobs.dags.templates import SCORED, named, parameter, pulled, split


def test_templates_name_macros_parameters_and_results(run: Run) -> None:
    assert named(run, "tune", 32) == "{{ job_name('dev', 'meters', 'tune', run_id, ti.try_number, limit=32) }}"
    assert pulled("train", "Training", "Name") == "{{ ti.xcom_pull(task_ids='train')['Training']['Name'] }}"
    assert parameter("tuning_jobs") == "{{ params.tuning_jobs }}"


def test_partitions_come_from_parameters_date_and_events() -> None:
    assert split("train") == "{{ partitions.split('train', params, dag_run, triggering_asset_events) }}"
    assert SCORED == "{{ partitions.scored(params, dag_run, triggering_asset_events) }}"

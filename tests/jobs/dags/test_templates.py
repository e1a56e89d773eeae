"""What DAGs leave to the run."""

from jobs.dags.run import Run
from jobs.dags.templates import named, parameter, partitions, pulled


def test_templates_name_macros_parameters_and_results(run: Run) -> None:
    assert named(run, "tune", 32) == "{{ job_name('dev', 'meters', 'tune', run_id, ti.try_number, limit=32) }}"
    assert pulled("train", "Training", "Name") == '{{ ti.xcom_pull(task_ids="train")["Training"]["Name"] }}'
    assert parameter("tuning_jobs") == "{{ params.tuning_jobs }}"


def test_partitions_are_those_that_the_first_task_decided() -> None:
    assert partitions("train") == '{{ ti.xcom_pull(task_ids="partitions")["train"] }}'

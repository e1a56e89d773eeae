"""The DAG that trains the model of a pipeline and registers it if it is good enough."""

from airflow.sdk import DAG, Param, chain

from jobs.contracts.access import Folder
from jobs.contracts.columns import TEST, TRAIN, VALIDATION
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.settings import AUTOMATIC, MANUAL
from jobs.contracts.tables import Zone
from jobs.dags.model_tasks import gate, promote, register, train, tune
from jobs.dags.pipeline_dag import decide_partitions, loaded_data, pipeline_dag, span_param
from jobs.dags.run import Run
from jobs.dags.run_partitions import RunPartitions
from jobs.dags.spark_job import spark_job
from jobs.dags.spark_tasks import spark_tasks
from jobs.dags.templates import partitions

_DOC = """### {question}

Trains a model on the newest {grain}s with labels. `prepare.dataset` joins labels with features as they were known at
prediction time, `tune` searches hyper-parameters, `train` refits the best trial, evaluates it on {grain}s that it has
not seen and registers it in MLflow. `gate` lets only a model that reaches its goals into SageMaker's registry, where
`register` adds it as a version that waits for its approval. `promote` handles a model that is better than the champion:
{approval} The scoring DAG uses the newest approved version, and MLflow's alias `champion` follows it.

The {grain}s of the splits follow from the date of the run, or from the run of the data DAG that started it; parameters
`train`, `validation` and `test` replace them.

**Triage.** The last line of a failed task's log is the job's own reason.

- `partitions`: the splits overlap or are reversed; start a run with parameters that the sentence allows.
- `gate` succeeded and `register` is skipped: the model missed its goals or is clearly behind the champion; this is no
  error, and scoring goes on with the champion. The numbers are in {evaluations}<run>/evaluation.json.
- `promote` is skipped: its log says what a person has to decide. Approve or reject the version in the group {group} of
  SageMaker's registry, then clear `promote`. To go back to an earlier version, reject the newer ones and clear it too.
- `promote` failed: MLflow refused the alias or did not answer; clear it.
- `prepare.dataset`, *too few rows*: run the data DAG for the {grain}s that the message names.
- `prepare.dataset`, *changed after feature group*: a correction has not reached the features; run the data DAG for the
  {grain}s that the message names, then clear the task.
- `tune` or `train` *Stopped*: a person or the time limit stopped the job; clear the task, it gets a new name. A search
  that its time limit ends goes on with the trials that have finished; the task fails only if there is none.

Clearing a task is safe: each try has names of its own, and tables are overwritten by partition.

Owner: {owner}. Before: [data](/dags/{name}_data). After: [scoring](/dags/{name}_scoring).
"""


#: What happens to a model that is better than the champion.
_APPROVAL = {
    AUTOMATIC: "in this environment it approves the version itself.",
    MANUAL: "in this environment a person approves the version, then clears `promote`.",
}


def training_dag(pipeline: Pipeline) -> DAG:
    """The training DAG of a pipeline."""
    run = Run.of(pipeline)
    grain, settings = pipeline.partitions.grain, run.settings
    dag = pipeline_dag(
        run,
        "training",
        schedule=pipeline.schedule.training or loaded_data(pipeline),
        doc=_DOC,
        places={
            "evaluations": run.names.uri(Zone.ARTIFACTS, Folder.EVALUATIONS, pipeline.name, ""),
            "group": run.names.model_package_group(pipeline.name),
            "approval": _APPROVAL[settings.approval],
        },
        params={
            TRAIN: span_param(pipeline, f"first:last {grain} to learn from"),
            VALIDATION: span_param(pipeline, f"first:last {grain} that choose a trial"),
            TEST: span_param(pipeline, f"first:last {grain} to evaluate on"),
            "tuning_jobs": Param(settings.tuning_max_jobs, type="integer", minimum=1, maximum=750),
            "tuning_parallel_jobs": Param(settings.tuning_max_parallel_jobs, type="integer", minimum=1, maximum=100),
        },
    )
    splits = [part for name in (TRAIN, VALIDATION, TEST) for part in (f"--{name}", partitions(name))]
    with dag:
        dataset = spark_job(run, "dataset", *splits, "--output", run.dataset_folder)
        chain(
            decide_partitions(RunPartitions(pipeline).splits),
            spark_tasks("prepare", run, dataset),
            tune(run),
            train(run),
            gate(run),
            register(run),
            promote(run),
        )
    return dag

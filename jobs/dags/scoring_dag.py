"""The DAG that predicts the newest partition of a pipeline with its champion."""

from airflow.sdk import DAG, chain

from jobs.contracts.columns import SCORE
from jobs.contracts.pipeline import Pipeline
from jobs.dags.model_tasks import champion, create_model, delete_model, transform
from jobs.dags.pipeline_dag import decide_partitions, loaded_data, partition_param, pipeline_dag
from jobs.dags.run import Run
from jobs.dags.run_partitions import RunPartitions
from jobs.dags.spark_job import spark_job
from jobs.dags.spark_tasks import spark_tasks
from jobs.dags.templates import partitions, pulled

_DOC = """### {question}

Predicts the newest {grain} with the champion. `champion` finds the newest approved version of {group} in SageMaker's
registry, `prepare.dataset` collects the rows with their features, `transform` predicts them with a model that
`create_model` creates and `delete_model` deletes, and `deliver.publish` replaces the {grain} in table {predictions}.

The {grain} follows from the date of the run, or from the run of the data DAG that started it; parameter `score`
replaces it.

**Triage.** The last line of a failed task's log is the job's own reason.

- `champion` succeeded and all after it is skipped: no version is approved yet; the training DAG approves the first good
  model.
- `prepare.dataset`, *changed after feature group*: a correction has not reached the features; run the data DAG for the
  {grain}s that the message names, then clear the task.
- `transform` failed: the log of the container is in /aws/sagemaker/TransformJobs; clear from `create_model`.
- `deliver.publish`, *rows to score*: predictions and rows of the data set differ; clear from `transform`.

Clearing a task is safe: each try has names and output folders of its own, and predictions are overwritten by {grain}.

Owner: {owner}. Before: [data](/dags/{name}_data), [training](/dags/{name}_training).
"""


def scoring_dag(pipeline: Pipeline) -> DAG:
    """The scoring DAG of a pipeline."""
    run = Run.of(pipeline)
    grain = pipeline.partitions.grain
    dag = pipeline_dag(
        run,
        "scoring",
        schedule=pipeline.schedule.scoring or loaded_data(pipeline),
        doc=_DOC,
        places={
            "group": run.names.model_package_group(pipeline.name),
            "predictions": run.names.table(pipeline.name, pipeline.predictions),
        },
        params={SCORE: partition_param(pipeline, f"{grain} to predict")},
    )
    with dag:
        scored = partitions(SCORE)
        dataset = spark_job(run, "dataset", f"--{SCORE}", scored, "--output", run.dataset_folder)
        predictions = pulled("transform", "Transform", "TransformOutput", "S3OutputPath")
        inputs = ("--predictions", predictions, "--dataset", run.dataset_uri)
        publish = spark_job(run, "publish", "--partition", scored, *inputs)
        model = create_model(run)
        chain(
            decide_partitions(RunPartitions(pipeline).scored),
            champion(run),
            spark_tasks("prepare", run, dataset),
            model,
            transform(run),
            [delete_model(model), spark_tasks("deliver", run, publish)],
        )
    return dag

"""### Flight delay: dataset, tuning, training, release, predictions

A Spark step joins labels with features as they were known at prediction time and lists the data files of each split;
a tuning job searches; a training job refits the best trial, evaluates it on held-out months and registers it in MLflow.
Only when `evaluation.json` says *approved* is the model registered in SageMaker and used for the scored months.

**Triage.** The failed task's last line is the job's own reason.

- `gate` succeeded and all after is skipped: the model missed its goals or is clearly behind the champion; no error.
  The numbers are in `evaluations/flight_delay/<run>/evaluation.json` of the artifacts bucket.
- `tune` or `train` *Stopped*: someone or the time limit stopped the job; clear the task, it gets a new name.
- `transform` failed: the container's log is in `/aws/sagemaker/TransformJobs`; clear from `create_model`.

Clearing any task is safe: each try has names of its own and tables are overwritten by partition.
"""

import os
from datetime import datetime, timedelta

from airflow.sdk import DAG, Param, chain

from jobs.contracts.settings import PlatformSettings
from jobs.dags.model_tasks import create_model, gate, register, train, transform, tune
from jobs.dags.run import Run
from jobs.dags.spark_job import spark_job
from jobs.dags.spark_tasks import spark_tasks
from jobs.dags.templates import MACROS, MONTHS, ONE_MONTH, RUN_KEY, first_of, parameter

PIPELINE = "flight_delay"

settings = PlatformSettings.from_environment(os.environ)
run = Run(settings, PIPELINE, RUN_KEY)
splits = [part for name in ("train", "validation", "test", "score") for part in (f"--{name}", parameter(name))]

with DAG(
    dag_id="flight_delay_training",
    description="Dataset, tuning, training, release and predictions of the flight delay model",
    doc_md=__doc__,
    schedule="0 12 2 * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    tags=[PIPELINE, "training", settings.environment],
    params={
        "train": Param("2013-01:2013-09", type="string", pattern=MONTHS, description="first:last month to learn from"),
        "validation": Param("2013-10:2013-10", type="string", pattern=MONTHS, description="months that choose a trial"),
        "test": Param("2013-11:2013-12", type="string", pattern=MONTHS, description="held-out months to evaluate on"),
        "score": Param("2013-12:2013-12", type="string", pattern=ONE_MONTH, description="the one month to predict"),
        "tuning_jobs": Param(settings.tuning_max_jobs, type="integer", minimum=1, maximum=750),
        "tuning_parallel_jobs": Param(settings.tuning_max_parallel_jobs, type="integer", minimum=1, maximum=100),
    },
    user_defined_macros=MACROS,
    render_template_as_native_obj=False,
    default_args={
        "owner": "mlops-platform",
        "retries": 1,
        "retry_delay": timedelta(minutes=5),
        "aws_conn_id": None,
    },
) as dag:
    chain(
        spark_tasks(
            "prepare",
            run,
            spark_job(run, "dataset", *splits, "--output", run.dataset_folder),
        ),
        tune(run),
        train(run),
        gate(run),
        register(run),
        create_model(run),
        transform(run),
        spark_tasks(
            "deliver",
            run,
            spark_job(run, "publish", "--partition", first_of("score"), "--predictions", run.predictions_uri),
        ),
    )

"""The DAGs of this pipeline, which Airflow finds as variables of this module."""

from jobs.dags.data_dag import data_dag
from jobs.dags.scoring_dag import scoring_dag
from jobs.dags.training_dag import training_dag
from jobs.pipelines.footfall.pipeline import PIPELINE

data, training, scoring = data_dag(PIPELINE), training_dag(PIPELINE), scoring_dag(PIPELINE)

"""One run of one pipeline: its settings, tags and file locations."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Self

from jobs.contracts.access import Folder
from jobs.contracts.engines import Engine, from_texts
from jobs.contracts.job_settings import JobSettings
from jobs.contracts.names import PLATFORM, LakeNames
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.settings import PlatformSettings
from jobs.contracts.tables import Zone


@dataclass(frozen=True)
class Run:
    """A run of a pipeline; in a DAG file `key` is the template that becomes `run_key(run_id)`."""

    settings: PlatformSettings
    pipeline: Pipeline
    key: str

    @classmethod
    def of(cls, pipeline: Pipeline) -> Self:
        """A run of a DAG of the pipeline, with the settings of the environment in which the DAG is parsed."""
        return cls(PlatformSettings.from_environment(os.environ), pipeline, "{{ run_key(run_id) }}")

    @cached_property
    def names(self) -> LakeNames:
        """The environment's names."""
        return LakeNames(self.settings.environment, self.settings.account, self.settings.region)

    @property
    def tags(self) -> list[dict[str, str]]:
        """Tags in the form of EMR and SageMaker; `release` is the content-addressed name of the code archive."""
        tags = {
            "platform": f"{PLATFORM}-{self.settings.environment}",
            "environment": self.settings.environment,
            "pipeline": self.pipeline.name,
            "run": self.key,
            "release": PurePosixPath(self.settings.code_archive_uri).stem,
        }
        return [{"Key": key, "Value": value} for key, value in tags.items()]

    def job(self, name: str) -> JobSettings:
        """The pipeline's own settings of a job; None in one of them stands for the environment's."""
        return self.pipeline.jobs.get(name, JobSettings())

    def engine(self, module: str) -> Engine:
        """The engine of a Spark job."""
        return self.job(module).engine or from_texts(self.settings.spark_engines)[module]

    def spark_minutes(self, module: str) -> int:
        """The time limit of a Spark job."""
        return self.job(module).minutes or self.settings.runtime.spark_minutes

    def artifact(self, folder: Folder, *parts: str) -> str:
        """An `s3://` URI in the run's part of a folder of the artifacts bucket."""
        return self.names.uri(Zone.ARTIFACTS, folder, self.pipeline.name, self.key, *parts)

    @property
    def dataset_folder(self) -> str:
        """The folder to which the dataset job writes the manifests and the description of the run's dataset."""
        return self.artifact(Folder.DATASETS)

    def manifest(self, split: str) -> str:
        """The SageMaker manifest that lists the data files of a split."""
        return f"{self.dataset_folder}/{split}.manifest"

    @property
    def dataset_uri(self) -> str:
        """The description of the run's dataset: snapshots, splits and counts."""
        return f"{self.dataset_folder}/dataset.json"

    @property
    def evaluation_uri(self) -> str:
        """The evaluation that the final training job writes: metrics, and whether the model is approved."""
        return self.artifact(Folder.EVALUATIONS, "evaluation.json")

    def predictions(self, job: str) -> str:
        """The folder to which a transform job writes one output per data file; a job of a later try has its own."""
        return self.names.uri(Zone.PREDICTIONS, self.pipeline.name, self.key, job, "")

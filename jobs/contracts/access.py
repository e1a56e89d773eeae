"""The data that each kind of job reads and writes; its role gets permissions for exactly this data.

Permissions on tables are given by zone. Many jobs share the artifacts zone, so permissions there are given by folder.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from jobs.contracts.tables import ContractError, Zone


class JobKind(StrEnum):
    """The kinds of jobs; each kind has its own role."""

    INGEST = "ingest"
    CLEANSE = "cleanse"
    FEATURE = "feature"
    DATASET = "dataset"
    TRAIN = "train"
    SERVE = "serve"
    PUBLISH = "publish"


class Folder(StrEnum):
    """Top-level folders of the artifacts bucket."""

    REPORTS = "reports"
    DATASETS = "datasets"
    TUNING = "tuning"
    MODELS = "models"
    CHECKPOINTS = "checkpoints"
    EVALUATIONS = "evaluations"
    EMR_LOGS = "emr-logs"
    SERVERLESS_LOGS = "emr-serverless-logs"
    EMR_CERTIFICATES = "emr-certificates"
    SPARK_JARS = "spark-jars"
    MLFLOW = "mlflow"
    WAREHOUSE = "warehouse"
    QUERY_RESULTS = "athena-results"


@dataclass(frozen=True, kw_only=True)
class Access:
    """The zones that a job reads, the zones whose data it replaces, and its folders in the artifacts bucket.

    A job that writes a table or an object also reads it: Iceberg commits on top of the current snapshot.
    Only `sensitive` jobs and the jobs that write a table read the columns that its contract marks sensitive.
    """

    reads: tuple[Zone, ...] = ()
    writes: tuple[Zone, ...] = ()
    reads_folders: tuple[Folder, ...] = ()
    writes_folders: tuple[Folder, ...] = ()
    sensitive: bool = False

    def __post_init__(self) -> None:
        if Zone.ARTIFACTS in (*self.reads, *self.writes):
            raise ContractError(f"access to zone {Zone.ARTIFACTS}: allowed are its folders, {list(Folder)}")

    @property
    def readable(self) -> tuple[Zone, ...]:
        """Every zone that the job reads, including those it also writes."""
        return _ordered({*self.reads, *self.writes})

    @property
    def readable_folders(self) -> tuple[Folder, ...]:
        """Every folder that the job reads, including those it also writes."""
        return tuple(folder for folder in Folder if folder in (*self.reads_folders, *self.writes_folders))

    @property
    def zones(self) -> tuple[Zone, ...]:
        """Every zone in which the job has any permission."""
        has_folders = bool(self.readable_folders)
        return _ordered({*self.readable, *((Zone.ARTIFACTS,) if has_folders else ())})


ACCESS = {
    JobKind.INGEST: Access(
        reads=(Zone.LANDING,),
        writes=(Zone.RAW, Zone.QUARANTINE),
        writes_folders=(Folder.REPORTS,),
    ),
    # Cleansing decides which sensitive values later zones contain, and in which form.
    JobKind.CLEANSE: Access(
        reads=(Zone.RAW,), writes=(Zone.CLEANSED,), writes_folders=(Folder.REPORTS,), sensitive=True
    ),
    JobKind.FEATURE: Access(reads=(Zone.CLEANSED,), writes=(Zone.FEATURES,), writes_folders=(Folder.REPORTS,)),
    JobKind.DATASET: Access(
        reads=(Zone.CLEANSED, Zone.FEATURES),
        writes=(Zone.DATASETS,),
        writes_folders=(Folder.REPORTS, Folder.DATASETS),
    ),
    JobKind.TRAIN: Access(
        reads=(Zone.DATASETS,),
        reads_folders=(Folder.DATASETS,),
        writes_folders=(Folder.TUNING, Folder.MODELS, Folder.CHECKPOINTS, Folder.EVALUATIONS),
    ),
    JobKind.SERVE: Access(
        reads=(Zone.DATASETS,),
        writes=(Zone.PREDICTIONS,),
        reads_folders=(Folder.DATASETS, Folder.MODELS),
    ),
    JobKind.PUBLISH: Access(
        reads=(Zone.DATASETS,),
        writes=(Zone.PREDICTIONS,),
        reads_folders=(Folder.DATASETS,),
        writes_folders=(Folder.REPORTS,),
    ),
}

#: The modules of `jobs.spark` that are jobs, with the job kind under whose role each runs.
SPARK_JOBS = {
    "ingest": JobKind.INGEST,
    "cleanse": JobKind.CLEANSE,
    "features": JobKind.FEATURE,
    "dataset": JobKind.DATASET,
    "publish": JobKind.PUBLISH,
}

#: The job kinds that run Spark: they read and write tables and can run on any engine.
SPARK_KINDS = tuple(SPARK_JOBS.values())


def spark_kind(module: str) -> JobKind:
    """The job kind of a Spark module; raises ContractError if the module is not a job."""
    if module not in SPARK_JOBS:
        raise ContractError(f"jobs.spark.{module} is no job with a role; jobs are {sorted(SPARK_JOBS)}")
    return SPARK_JOBS[module]


def _ordered(zones: Iterable[Zone]) -> tuple[Zone, ...]:
    return tuple(zone for zone in Zone if zone in set(zones))

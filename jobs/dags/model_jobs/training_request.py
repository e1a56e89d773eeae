"""The CreateTrainingJob and CreateHyperParameterTuningJob requests of a run, whose trials are training jobs too."""

from collections.abc import Sequence
from typing import Any

from jobs.contracts.access import Folder, JobKind
from jobs.contracts.job_settings import TRAIN, TUNE
from jobs.contracts.training import (
    CHANNELS,
    FINAL_COMMAND,
    PARQUET_CONTENT_TYPE,
    TRIAL_CHANNELS,
    Variable,
    metric_definition,
    tuning_objective,
)
from jobs.dags.run import Run

Request = dict[str, Any]

#: Bayesian search repeats itself with the same seed, so a cleared task searches the same points.
_SEED = 7
#: The time in which trials end: two minutes to react to the signal (StopTrainingJob), then their output is stored.
_STOPPING_SECONDS = 600
#: The shortest time limit of a tuning job (ResourceLimits, MaxRuntimeInSeconds).
_LEAST_TUNING_SECONDS = 120


def training_job(run: Run, *, name: str, tuning_job_name: str) -> Request:
    """The request that refits the best trial of a tuning job, evaluates it on held-out partitions and exports it."""
    return {
        "TrainingJobName": name,
        "HyperParameters": run.pipeline.model.hyperparameters,
        "AlgorithmSpecification": {
            "TrainingImage": run.settings.training_image,
            "TrainingInputMode": "File",
            "ContainerEntrypoint": list(FINAL_COMMAND),
        },
        **job_definition(run, TRAIN, folder=Folder.MODELS, channels=CHANNELS, tuning_job_name=tuning_job_name),
        "ProfilerConfig": {"DisableProfiler": True},
        "Tags": run.tags,
    }


def tuning_job(run: Run, *, name: str, max_jobs: str | int, max_parallel_jobs: str | int) -> Request:
    """The request that searches the model's ranges; SageMaker starts trials by the image's own entry point only.

    The numbers of jobs can be Jinja templates, because the operator converts the rendered text to a number. SageMaker
    ends the search in time for the task to take over the trials that have finished.
    """
    model = run.pipeline.model
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "HyperParameterTuningJobObjective": tuning_objective(model),
            "ResourceLimits": {
                "MaxNumberOfTrainingJobs": max_jobs,
                "MaxParallelTrainingJobs": max_parallel_jobs,
                "MaxRuntimeInSeconds": max(_LEAST_TUNING_SECONDS, tuning_minutes(run) * 60 - _STOPPING_SECONDS),
            },
            "ParameterRanges": model.parameter_ranges,
            "TrainingJobEarlyStoppingType": "Off",
            "RandomSeed": _SEED,
        },
        "TrainingJobDefinition": {
            "StaticHyperParameters": model.hyperparameters,
            "AlgorithmSpecification": {
                "TrainingImage": run.settings.training_image,
                "TrainingInputMode": "File",
                "MetricDefinitions": [metric_definition(model)],
            },
            **job_definition(run, TUNE, folder=Folder.TUNING, channels=TRIAL_CHANNELS, tuning_job_name=name),
        },
        "Tags": run.tags,
    }


def tuning_minutes(run: Run) -> int:
    """The time limit of the task that tunes."""
    return run.job(TUNE).minutes or run.settings.runtime.tuning_minutes


def train_minutes(run: Run) -> tuple[int, int]:
    """The time limits of the final training job: of its work, and of its work with interruptions."""
    runtime = run.settings.runtime
    work = run.job(TRAIN).minutes or runtime.training_minutes
    return work, max(work, runtime.training_wait_minutes)


def job_definition(run: Run, job: str, *, folder: Folder, channels: Sequence[str], tuning_job_name: str) -> Request:
    """The part that trials and the final job share: data, role, network, keys, Spot and limits."""
    settings, runtime = run.settings, run.settings.runtime
    trial_minutes = (runtime.training_minutes, runtime.training_wait_minutes)
    work, wait = train_minutes(run) if job == TRAIN else trial_minutes
    return {
        "RoleArn": run.names.job_role_arn(run.pipeline.name, JobKind.TRAIN),
        "InputDataConfig": [_channel(name, run.manifest(name)) for name in channels],
        "OutputDataConfig": {"S3OutputPath": run.artifact(folder), "KmsKeyId": settings.kms_key_arn},
        "ResourceConfig": {
            "InstanceType": run.job(job).instance_type or settings.training_instance_type,
            "InstanceCount": 1,
            "VolumeSizeInGB": runtime.training_volume_gb,
            "VolumeKmsKeyId": settings.kms_key_arn,
        },
        "VpcConfig": {"Subnets": list(settings.subnet_ids), "SecurityGroupIds": list(settings.security_group_ids)},
        "StoppingCondition": {
            "MaxRuntimeInSeconds": work * 60,
            "MaxWaitTimeInSeconds": wait * 60,
        },
        "EnableManagedSpotTraining": True,
        # SageMaker copies /opt/ml/checkpoints to this prefix, and back when it starts an interrupted Spot job again
        # under the same name. Trials share the prefix of their tuning job; each has a folder of its own below it.
        "CheckpointConfig": {"S3Uri": run.artifact(Folder.CHECKPOINTS, folder)},
        # Repeats a job after an error of SageMaker itself (InternalServerError), not after one of its code.
        "RetryStrategy": {"MaximumRetryAttempts": 2},
        "EnableInterContainerTrafficEncryption": True,
        # Trials and the final job use MLflow inside the VPC, which an isolated container cannot reach.
        "EnableNetworkIsolation": False,
        "Environment": _environment(run, tuning_job_name),
    }


def _channel(name: str, manifest_uri: str) -> Request:
    source = {"S3DataType": "ManifestFile", "S3Uri": manifest_uri, "S3DataDistributionType": "FullyReplicated"}
    return {
        "ChannelName": name,
        "DataSource": {"S3DataSource": source},
        "ContentType": PARQUET_CONTENT_TYPE,
        "InputMode": "File",
    }


def _environment(run: Run, tuning_job_name: str) -> dict[str, str]:
    settings = run.settings
    model = run.names.model_name(run.pipeline.name)
    return {
        Variable.TRACKING_URI.value: settings.mlflow_tracking_uri,
        Variable.TRACKING_SECRET.value: settings.mlflow_secret or "",
        Variable.EXPERIMENT.value: model,
        Variable.MODEL_NAME.value: model,
        Variable.PIPELINE.value: run.pipeline.name,
        Variable.RUN_ID.value: run.key,
        Variable.TUNING_JOB.value: tuning_job_name,
        Variable.DATASET_URI.value: run.dataset_uri,
        Variable.EVALUATION_URI.value: run.evaluation_uri,
        Variable.CODE_URI.value: settings.code_archive_uri,
        Variable.IMAGE.value: settings.training_image,
        # Without internet access only the regional STS endpoint is reachable (awslabs/mlmax#57).
        "AWS_STS_REGIONAL_ENDPOINTS": "regional",
        "AWS_DEFAULT_REGION": settings.region,
    }

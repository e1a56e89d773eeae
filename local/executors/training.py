"""SageMaker training jobs: run the program of the request as a process with the folders of a container."""

import re
from collections.abc import Mapping

from jobs.contracts.workloads import TRAINING_JOB
from local.executors import containers
from local.executors.context import Context
from local.executors.errors import validation
from local.executors.executor import Operation, Request
from local.executors.jobs import COMPLETED, FAILED, PENDING, RUNNING, STOPPED, Job, JobFailedError, service_states

TRAINING = "training-job"
STATES = service_states(TRAINING_JOB)
_SECONDARY = {PENDING: "Starting", RUNNING: "Training", COMPLETED: "Completed", FAILED: "Failed", STOPPED: "Stopped"}

#: Fields of a training job of a tuning job that are not part of a CreateTrainingJob request.
_TUNING_FIELDS = frozenset({"TunedHyperParameters", "TuningJobName", "TuningParallelism"})


class Training:
    """The training operations of the SageMaker API."""

    service = TRAINING_JOB.service

    def __init__(self, context: Context) -> None:
        self._context = context
        self._jobs = context.jobs

    @property
    def operations(self) -> Mapping[str, Operation]:
        """The method that answers each API operation."""
        return {
            TRAINING_JOB.create: self.create_training_job,
            TRAINING_JOB.describe: self.describe_training_job,
            TRAINING_JOB.stop: self.stop_training_job,
        }

    def create_training_job(self, request: Request) -> Request:
        """Start a training job in the background."""
        job = self.create(request)
        self._jobs.run_in_background(job, self.execute)
        return {"TrainingJobArn": self._context.arn(TRAINING_JOB, job)}

    def describe_training_job(self, request: Request) -> Request:
        """Return one training job: its request, state and results."""
        job = self._jobs.get(TRAINING, request["TrainingJobName"])
        response = {
            **{name: value for name, value in job.request.items() if name not in _TUNING_FIELDS},
            "TrainingJobArn": self._context.arn(TRAINING_JOB, job),
            "TrainingJobStatus": STATES[job.status],
            "SecondaryStatus": _SECONDARY[job.status],
            "CreationTime": job.created,
            "TrainingStartTime": job.started,
            "TrainingEndTime": job.ended,
            "LastModifiedTime": job.ended or job.started or job.created,
            "FailureReason": job.failure or None,
            "SecondaryStatusTransitions": [
                {
                    "Status": _SECONDARY[job.status],
                    "StartTime": job.started or job.created,
                    "StatusMessage": job.failure,
                }
            ],
            **job.results,
        }
        return {name: value for name, value in response.items() if value is not None}

    def stop_training_job(self, request: Request) -> Request:
        """Stop a training job."""
        job = self._jobs.get(TRAINING, request["TrainingJobName"])
        self._jobs.finish(job, STOPPED, "stopped by request")
        self._context.stop(job)
        return {}

    def create(self, request: Request) -> Job:
        """Validate and store a training job without starting it; raises ServiceError for an invalid request."""
        stopping = request["StoppingCondition"]
        wait, run = stopping.get("MaxWaitTimeInSeconds"), stopping.get("MaxRuntimeInSeconds", 86400)
        if request.get("EnableManagedSpotTraining") and (wait is None or wait < run):
            raise validation(f"managed Spot training requires MaxWaitTimeInSeconds of at least {run}, received {wait}")
        return self._jobs.create(Job(kind=TRAINING, name=request["TrainingJobName"], request=request))

    def execute(self, job: Job) -> None:
        """Run the job to its end; raises JobFailedError with the failure reason that SageMaker reports."""
        request, context = job.request, self._context
        context.jobs.begin(job, context.log_of(job))
        algorithm = request["AlgorithmSpecification"]
        image = context.image(algorithm["TrainingImage"])
        folder = containers.ContainerFolder(context.scratch_of(job) / "ml")
        folder.write_configuration(request)
        containers.fetch_channels(context, folder, request.get("InputDataConfig", []))
        entrypoint = algorithm.get("ContainerEntrypoint")
        # Without an entrypoint in the request, SageMaker starts that of the image with the single argument `train`.
        arguments = algorithm.get("ContainerArguments", [] if entrypoint else ["train"])
        command = [*(entrypoint or image.entrypoint), *arguments]
        variables = {**request.get("Environment", {}), "TRAINING_JOB_NAME": job.name}
        environment = containers.environment_of(
            folder, image, variables, parallel_jobs=request.get("TuningParallelism", 1)
        )
        seconds = request["StoppingCondition"].get("MaxRuntimeInSeconds", 86400)
        try:
            context.run(job, containers.command_of(command), environment, image.folder, seconds)
        except JobFailedError as error:
            raise JobFailedError(f"AlgorithmError: {folder.failure() or error}") from error
        uri = f"{request['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{job.name}/output/model.tar.gz"
        context.objects.put_archive(folder.model, uri, context.scratch_of(job))
        job.results = {"ModelArtifacts": {"S3ModelArtifacts": uri}, "FinalMetricDataList": self._metrics(job)}

    def _metrics(self, job: Job) -> list[Request]:
        """Return the last value in the log for each metric definition of the request that matches."""
        text = self._context.log_of(job).read_text(errors="replace")
        metrics = []
        for definition in job.request["AlgorithmSpecification"].get("MetricDefinitions", []):
            values = re.findall(definition["Regex"], text)
            if values:
                metrics.append({"MetricName": definition["Name"], "Value": float(values[-1]), "Timestamp": job.created})
        return metrics

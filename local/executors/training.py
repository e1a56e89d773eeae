"""SageMaker training jobs: the program of the request, run in the container contract."""

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

#: What a trial's record holds beside a CreateTrainingJob request.
OF_TUNING = frozenset({"TunedHyperParameters", "TuningJobName", "TuningParallelism"})


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
        """One training job: the request, and its true state."""
        job = self._jobs.get(TRAINING, request["TrainingJobName"])
        response = {
            **{name: value for name, value in job.request.items() if name not in OF_TUNING},
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
        """Stop a training job that runs."""
        job = self._jobs.get(TRAINING, request["TrainingJobName"])
        self._jobs.finish(job, STOPPED, "stopped by request")
        self._context.stop(job)
        return {}

    def create(self, request: Request) -> Job:
        """Check and record a training job without starting it."""
        stopping = request["StoppingCondition"]
        wait, run = stopping.get("MaxWaitTimeInSeconds"), stopping.get("MaxRuntimeInSeconds", 86400)
        if request.get("EnableManagedSpotTraining") and (wait is None or wait < run):
            raise validation(f"managed Spot training needs MaxWaitTimeInSeconds of at least {run}, received {wait}")
        return self._jobs.create(Job(kind=TRAINING, name=request["TrainingJobName"], request=request))

    def execute(self, job: Job) -> None:
        """Run the job to its end; raises JobFailedError with the reason SageMaker would report."""
        request, context = job.request, self._context
        context.jobs.begin(job, context.log_of(job))
        algorithm = request["AlgorithmSpecification"]
        image = context.image(algorithm["TrainingImage"])
        folder = containers.ContainerFolder(context.scratch_of(job) / "ml")
        folder.write_configuration(request)
        containers.fetch_channels(context, folder, request.get("InputDataConfig", []))
        entrypoint = algorithm.get("ContainerEntrypoint")
        # Without one, SageMaker starts the image's own with the one argument `train`.
        arguments = algorithm.get("ContainerArguments", [] if entrypoint else ["train"])
        words = [*(entrypoint or image.entrypoint), *arguments]
        variables = {**request.get("Environment", {}), "TRAINING_JOB_NAME": job.name}
        environment = containers.environment_of(
            folder, image, variables, side_by_side=request.get("TuningParallelism", 1)
        )
        seconds = request["StoppingCondition"].get("MaxRuntimeInSeconds", 86400)
        try:
            context.run(job, containers.command_of(words), environment, image.folder, seconds)
        except JobFailedError as error:
            raise JobFailedError(f"AlgorithmError: {folder.failure() or error}") from error
        uri = f"{request['OutputDataConfig']['S3OutputPath'].rstrip('/')}/{job.name}/output/model.tar.gz"
        context.objects.put_archive(folder.model, uri, context.scratch_of(job))
        job.results = {"ModelArtifacts": {"S3ModelArtifacts": uri}, "FinalMetricDataList": self._metrics(job)}

    def _metrics(self, job: Job) -> list[Request]:
        """The last value that each of the request's metric definitions finds in the log."""
        text = self._context.log_of(job).read_text(errors="replace")
        found = []
        for definition in job.request["AlgorithmSpecification"].get("MetricDefinitions", []):
            values = re.findall(definition["Regex"], text)
            if values:
                found.append({"MetricName": definition["Name"], "Value": float(values[-1]), "Timestamp": job.created})
        return found

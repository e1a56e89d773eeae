"""Every kind of job that the platform runs, one row each.

Airflow operators, the permissions to start jobs, failure rules, teardown, the local API and the least-privilege check
read these rows. Operations, keys and states: botocore's service models, which a test compares. Events: EMR management
guide, "Monitor CloudWatch events"; EMR Serverless user guide, "Automating EMR Serverless with Amazon EventBridge"; Glue
user guide, "Automating AWS Glue with EventBridge"; SageMaker developer guide, "Events that Amazon SageMaker AI sends to
Amazon EventBridge"; read 2026-11-24. Actions of a starter: Amazon provider 9.25.0 of Airflow, SageMaker API permissions
reference (tags, role and volume key of the request).
"""

from jobs.contracts.access import JobKind
from jobs.contracts.engines import Engine
from jobs.contracts.spark_workloads import EMR_CLUSTER, EMR_STEP, GLUE_RUN, SERVERLESS_RUN
from jobs.contracts.workload import FailureEvent, States, Workload

_SAGEMAKER_STATES = States(active=("InProgress",), succeeded=("Completed",), failed=("Failed",), stopped=("Stopped",))
#: The caller passes the role of the request and creates the grant on the key of encrypted volumes.
_ROLE = ("iam:PassRole",)
_VOLUME_KEY = ("kms:CreateGrant", "kms:DescribeKey")


def _sagemaker_failure(
    heading: str, title: str, job: str, status_key: str = "", statuses: tuple[str, ...] = ("Failed",)
) -> FailureEvent:
    """The event of a SageMaker job, which all kinds send in the same form."""
    return FailureEvent(
        heading=heading,
        summary=f"A SageMaker {title.lower()} failed",
        source="aws.sagemaker",
        detail_type=f"SageMaker {title} State Change",
        name_key=f"{job}Name",
        reason_key="FailureReason",
        status_key=status_key or f"{job}Status",
        statuses=statuses,
        prefix_key=f"{job}Name",
    )


PROCESSING_JOB = Workload(
    noun="processing job",
    service="sagemaker",
    create="CreateProcessingJob",
    describe="DescribeProcessingJob",
    stop="StopProcessingJob",
    list="ListProcessingJobs",
    tag="AddTags",
    name_key="ProcessingJobName",
    list_key="ProcessingJobSummaries",
    status_key="ProcessingJobStatus",
    reason_key="FailureReason",
    states=_SAGEMAKER_STATES,
    resource="processing-job/{name}",
    engine=Engine.SAGEMAKER,
    starter_actions=(*_ROLE, *_VOLUME_KEY),
    log_group="/aws/sagemaker/ProcessingJobs",
    failure=_sagemaker_failure("processing-failed", "Processing Job", "ProcessingJob"),
)

TRAINING_JOB = Workload(
    noun="training job",
    service="sagemaker",
    create="CreateTrainingJob",
    describe="DescribeTrainingJob",
    stop="StopTrainingJob",
    list="ListTrainingJobs",
    tag="AddTags",
    name_key="TrainingJobName",
    list_key="TrainingJobSummaries",
    status_key="TrainingJobStatus",
    reason_key="FailureReason",
    states=_SAGEMAKER_STATES,
    resource="training-job/{name}",
    roles=(JobKind.TRAIN,),
    starter_actions=(*_ROLE, *_VOLUME_KEY),
    log_group="/aws/sagemaker/TrainingJobs",
    # A job that reached its time limit ends as `Stopped`; only the secondary status says so.
    failure=_sagemaker_failure(
        "training-failed", "Training Job", "TrainingJob", "SecondaryStatus", ("Failed", "MaxRuntimeExceeded")
    ),
)

TUNING_JOB = Workload(
    noun="tuning job",
    service="sagemaker",
    create="CreateHyperParameterTuningJob",
    describe="DescribeHyperParameterTuningJob",
    stop="StopHyperParameterTuningJob",
    list="ListHyperParameterTuningJobs",
    tag="AddTags",
    name_key="HyperParameterTuningJobName",
    list_key="HyperParameterTuningJobSummaries",
    status_key="HyperParameterTuningJobStatus",
    reason_key="FailureReason",
    states=_SAGEMAKER_STATES,
    resource="hyper-parameter-tuning-job/{name}",
    roles=(JobKind.TRAIN,),
    starter_actions=(*_ROLE, *_VOLUME_KEY),
    name_limit=32,
    failure=_sagemaker_failure("tuning-failed", "HyperParameter Tuning Job", "HyperParameterTuningJob"),
)

TRANSFORM_JOB = Workload(
    noun="transform job",
    service="sagemaker",
    create="CreateTransformJob",
    describe="DescribeTransformJob",
    stop="StopTransformJob",
    list="ListTransformJobs",
    tag="AddTags",
    name_key="TransformJobName",
    list_key="TransformJobSummaries",
    status_key="TransformJobStatus",
    reason_key="FailureReason",
    states=_SAGEMAKER_STATES,
    resource="transform-job/{name}",
    # The role is the model's, which is passed when the model is created.
    roles=(JobKind.SERVE,),
    starter_actions=_VOLUME_KEY,
    log_group="/aws/sagemaker/TransformJobs",
    failure=_sagemaker_failure("transform-failed", "Transform Job", "TransformJob"),
)

WORKLOADS = (
    EMR_STEP,
    EMR_CLUSTER,
    SERVERLESS_RUN,
    GLUE_RUN,
    TRAINING_JOB,
    TUNING_JOB,
    TRANSFORM_JOB,
    PROCESSING_JOB,
)


def workloads_of(service: str) -> tuple[Workload, ...]:
    """The kinds of jobs that a service runs."""
    return tuple(workload for workload in WORKLOADS if workload.service == service)

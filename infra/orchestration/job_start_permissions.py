"""What Airflow's role may start, watch and stop: jobs of this environment, each under its own role."""

from collections.abc import Callable, Mapping

from infra.config.platform_config import PlatformConfig
from infra.names import PlatformNames, RolePurpose
from infra.security.permissions import Grantee, allow_pass, allow_volumes, through_s3
from jobs.contracts.access import Folder, JobKind, spark_kind
from jobs.contracts.engines import Engine
from jobs.contracts.tables import Zone

_NAME_REASON = "jobs are named by the pipeline and the run; the environment's prefix is fixed"
_ID_REASON = "AWS chooses the id; the account belongs to this environment"

#: What a SageMaker operator does with a job besides creating it under its tags.
_SAGEMAKER = {
    "training-job": ("AddTags", "CreateTrainingJob", "DescribeTrainingJob", "StopTrainingJob"),
    "hyper-parameter-tuning-job": (
        *("AddTags", "CreateHyperParameterTuningJob", "DescribeHyperParameterTuningJob"),
        "StopHyperParameterTuningJob",
    ),
    "transform-job": ("AddTags", "CreateTransformJob", "DescribeTransformJob", "StopTransformJob"),
    "model": ("AddTags", "CreateModel", "DescribeModel"),
    "model-package": ("CreateModelPackage",),
    "model-package-group": ("CreateModelPackage",),
}


def allow_starting_jobs(policy: Grantee, names: PlatformNames, config: PlatformConfig, key_arn: str) -> None:
    """Let the policy's role run every job on the engine that the settings choose for it, and read evaluations."""
    _allow_gate(policy, names, key_arn)
    for kind, actions in _SAGEMAKER.items():
        _allow_sagemaker(policy, names, kind, actions)
    _pass_to(policy, names, "sagemaker.amazonaws.com", [JobKind.TRAIN, JobKind.SERVE])
    # Whoever asks SageMaker for an encrypted volume makes the grant.
    policy.allow(["kms:DescribeKey"], [key_arn], "the key of volumes and outputs")
    allow_volumes(policy, key_arn)
    for engine in dict.fromkeys(config.engines.by_job.values()):
        kinds = [spark_kind(job) for job in config.engines.jobs_on(engine)]
        if engine is Engine.EMR:
            _allow_steps(policy, names, kinds, is_persistent=config.spark.mode == "persistent")
        else:
            _ENGINES[engine](policy, names, config, kinds)


def _allow_gate(policy: Grantee, names: PlatformNames, key_arn: str) -> None:
    (bucket,) = names.bucket_arns([Zone.ARTIFACTS])
    only = {"StringLike": {"s3:prefix": [f"{Folder.EVALUATIONS}/*"]}}
    policy.allow(["s3:ListBucket"], [bucket], "S3 tells who may list a missing object from a forbidden one", only)
    policy.allow(["s3:GetObject"], names.folder_arns([Folder.EVALUATIONS]), "runs have evaluations of their own")
    conditions = {"StringEquals": through_s3(names, [bucket])}
    policy.allow(["kms:Decrypt"], [key_arn], "evaluations are encrypted as all of the lake", conditions)


def _allow_steps(policy: Grantee, names: PlatformNames, kinds: list[JobKind], *, is_persistent: bool) -> None:
    clusters = [names.arn("elasticmapreduce", "cluster/*")]
    ours = {"StringEquals": {"aws:ResourceTag/platform": names.prefix}}
    roles = {**ours, "ArnEquals": {"elasticmapreduce:ExecutionRoleArn": [names.role_arn(kind) for kind in kinds]}}
    policy.allow(["elasticmapreduce:AddJobFlowSteps"], clusters, "steps run under the roles of jobs only", roles)
    watch = ["CancelSteps", "DescribeCluster", "DescribeStep"]
    policy.allow([f"elasticmapreduce:{action}" for action in watch], clusters, _ID_REASON, ours)
    if is_persistent:
        policy.allow(["elasticmapreduce:ListClusters"], ["*"], "the standing cluster is found by its name")
        return
    tagged = {"StringEquals": {"aws:RequestTag/platform": names.prefix}}
    policy.allow(["elasticmapreduce:RunJobFlow"], ["*"], "a new cluster has no ARN; its tags are fixed", tagged)
    policy.allow(["elasticmapreduce:TerminateJobFlows"], clusters, _ID_REASON, ours)
    allow_pass(policy, [names.role_arn(RolePurpose.EMR_SERVICE)], ["elasticmapreduce.amazonaws.com"])
    allow_pass(policy, [names.role_arn(RolePurpose.EMR_INSTANCE)], ["ec2.amazonaws.com"])


def _emr_serverless(policy: Grantee, names: PlatformNames, _: PlatformConfig, kinds: list[JobKind]) -> None:
    policy.allow(["emr-serverless:ListApplications"], ["*"], "the application is found by its name")
    ours = {"StringEquals": {"aws:ResourceTag/platform": names.prefix}}
    actions = ["GetApplication", "StartApplication", "StartJobRun"]
    applications = [names.arn("emr-serverless", "/applications/*")]
    policy.allow([f"emr-serverless:{action}" for action in actions], applications, _ID_REASON, ours)
    runs = [names.arn("emr-serverless", "/applications/*/jobruns/*")]
    watch = ["CancelJobRun", "GetJobRun", "TagResource"]
    policy.allow([f"emr-serverless:{action}" for action in watch], runs, _ID_REASON)
    _pass_to(policy, names, "emr-serverless.amazonaws.com", kinds)


def _glue(policy: Grantee, names: PlatformNames, config: PlatformConfig, _: list[JobKind]) -> None:
    jobs = [names.arn("glue", f"job/{names.glue_job(module)}") for module in config.engines.jobs_on(Engine.GLUE)]
    actions = ["glue:BatchStopJobRun", "glue:GetJob", "glue:GetJobRun", "glue:StartJobRun"]
    policy.allow(actions, jobs, "exact jobs, whose roles the stack has set")


def _sagemaker(policy: Grantee, names: PlatformNames, _: PlatformConfig, kinds: list[JobKind]) -> None:
    actions = ("AddTags", "CreateProcessingJob", "DescribeProcessingJob", "StopProcessingJob")
    _allow_sagemaker(policy, names, "processing-job", actions)
    _pass_to(policy, names, "sagemaker.amazonaws.com", kinds)


def _allow_sagemaker(policy: Grantee, names: PlatformNames, kind: str, actions: tuple[str, ...]) -> None:
    arn = names.arn("sagemaker", f"{kind}/{names.prefix}-*")
    policy.allow([f"sagemaker:{action}" for action in actions], [arn], _NAME_REASON)


def _pass_to(policy: Grantee, names: PlatformNames, service: str, kinds: list[JobKind]) -> None:
    allow_pass(policy, [names.role_arn(kind) for kind in kinds], [service])


_ENGINES: Mapping[Engine, Callable[[Grantee, PlatformNames, PlatformConfig, list[JobKind]], None]] = {
    Engine.EMR_SERVERLESS: _emr_serverless,
    Engine.GLUE: _glue,
    Engine.SAGEMAKER: _sagemaker,
}

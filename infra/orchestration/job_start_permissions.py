"""The permissions of Airflow's role to start, describe and stop the environment's jobs, each under its own role."""

from collections.abc import Callable, Mapping

from infra.config.platform_config import PlatformConfig
from infra.names import PlatformNames, RolePurpose
from infra.security.permissions import Grantee, allow_pass, allow_volumes, through_s3
from jobs.contracts.access import Folder, JobKind, spark_kind
from jobs.contracts.engines import Engine
from jobs.contracts.names import EVERY_PIPELINE, SPARK_APPLICATION_ID, SPARK_CLUSTER_ID
from jobs.contracts.settings import AUTOMATIC
from jobs.contracts.spark_workloads import EMR_CLUSTER, EMR_STEP, GLUE_RUN, SERVERLESS_RUN
from jobs.contracts.tables import Zone
from jobs.contracts.workload import Workload
from jobs.contracts.workloads import PROCESSING_JOB, workloads_of

_NAME_REASON = "jobs are named by the pipeline and the run; the environment's prefix is fixed"
_ID_REASON = "AWS chooses the id; the account belongs to this environment"

#: Actions on the SageMaker resources that DAGs create beside jobs, and read.
_MODEL_ACTIONS = {
    "model": ("AddTags", "CreateModel", "DeleteModel", "DescribeModel"),
    # SageMaker looks up the right to list versions on the versions of the group.
    "model-package": ("CreateModelPackage", "DescribeModelPackage", "ListModelPackages"),
    "model-package-group": ("CreateModelPackage",),
}


def allow_starting_jobs(policy: Grantee, names: PlatformNames, config: PlatformConfig, key_arn: str) -> None:
    """Let the policy's role run every job on the engine that the settings choose for it, and read evaluations."""
    _allow_reading(policy, names, key_arn)
    containers = [workload for workload in workloads_of("sagemaker") if workload.engine is None]
    for workload in containers:
        _allow_jobs(policy, names, workload)
    for resource, operations in _MODEL_ACTIONS.items():
        arn = names.arn("sagemaker", f"{resource}/{names.prefix}-*")
        policy.allow([f"sagemaker:{operation}" for operation in operations], [arn], _NAME_REASON)
    if config.registry.approval == AUTOMATIC:
        versions = [names.arn("sagemaker", f"model-package/{names.prefix}-*")]
        policy.allow(["sagemaker:UpdateModelPackage"], versions, "the training DAG approves models here")
    roles = dict.fromkeys(role for workload in containers for role in workload.roles)
    _pass_to(policy, names, "sagemaker.amazonaws.com", list(roles))
    # The caller that requests an encrypted volume creates the grant on its key.
    policy.allow(["kms:DescribeKey"], [key_arn], "the key of volumes and outputs")
    allow_volumes(policy, key_arn)
    for engine in config.engines.used:
        kinds = [spark_kind(job) for job in config.engines.jobs_on(engine)]
        if engine is Engine.EMR:
            _allow_steps(policy, names, config, kinds)
        else:
            _ENGINES[engine](policy, names, config, kinds)


def _allow_reading(policy: Grantee, names: PlatformNames, key_arn: str) -> None:
    """Allow looking for the inputs of jobs, reading evaluations, and registering models.

    The provider asks for the bucket, the object and the prefix of each input before it starts a job; a request for the
    bucket has no prefix (SageMakerHook.check_s3_url, amazon provider). SageMaker may read the image and the model
    of a new model version with the permissions of the caller (AmazonSageMakerModelRegistryFullAccess).
    """
    (bucket,) = names.bucket_arns([Zone.ARTIFACTS])
    policy.allow(["s3:ListBucket"], [bucket], "the provider looks for the bucket and the prefixes of inputs")
    folders = names.folder_arns([Folder.DATASETS, Folder.EVALUATIONS, Folder.MODELS])
    policy.allow(["s3:GetObject"], folders, "runs have inputs, evaluations and models of their own")
    conditions = {"StringEquals": through_s3(names, [bucket])}
    policy.allow(["kms:Decrypt"], [key_arn], "objects are encrypted as all of the lake", conditions)
    repository = names.arn("ecr", f"repository/{names.images_repository}")
    policy.allow(["ecr:BatchGetImage", "ecr:DescribeImages"], [repository], "the one repository of images of jobs")


def _allow_steps(policy: Grantee, names: PlatformNames, config: PlatformConfig, kinds: list[JobKind]) -> None:
    clusters = [EMR_CLUSTER.arn(names.region, names.account, "*")]
    ours = {"StringEquals": {"aws:ResourceTag/platform": names.prefix}}
    roles = {**ours, "ArnLike": {"elasticmapreduce:ExecutionRoleArn": names.job_role_patterns(kinds)}}
    policy.allow([EMR_STEP.action(EMR_STEP.create)], clusters, "steps run under the roles of jobs only", roles)
    watch = [EMR_STEP.stop, EMR_CLUSTER.describe, EMR_STEP.describe, EMR_STEP.list]
    policy.allow([EMR_STEP.action(operation) for operation in watch], clusters, _ID_REASON, ours)
    if config.spark.mode == "persistent":
        _allow_parameter(policy, names, SPARK_CLUSTER_ID)
        return
    _allow_clusters(policy, names, with_policies=config.network.has_egress)


def _allow_clusters(policy: Grantee, names: PlatformNames, *, with_policies: bool) -> None:
    clusters = [EMR_CLUSTER.arn(names.region, names.account, "*")]
    tagged = {"StringEquals": {"aws:RequestTag/platform": names.prefix}}
    create = [EMR_CLUSTER.action(EMR_CLUSTER.create)]
    policy.allow(create, ["*"], "a new cluster has no ARN; its tags are fixed", tagged)
    policy.allow([EMR_CLUSTER.action(EMR_CLUSTER.tag)], clusters, _ID_REASON, tagged)
    if with_policies:
        # EMR may check these when a cluster is created with policies; the new cluster has no tags yet.
        known = {"StringEqualsIfExists": {"aws:ResourceTag/platform": names.prefix}}
        policies = ("PutAutoTerminationPolicy", "PutManagedScalingPolicy")
        policy.allow([EMR_CLUSTER.action(operation) for operation in policies], clusters, _ID_REASON, known)
    ours = {"StringEquals": {"aws:ResourceTag/platform": names.prefix}}
    policy.allow([EMR_CLUSTER.action(EMR_CLUSTER.stop)], clusters, _ID_REASON, ours)
    allow_pass(policy, [names.role_arn(RolePurpose.EMR_SERVICE)], ["elasticmapreduce.amazonaws.com"])
    allow_pass(policy, [names.role_arn(RolePurpose.EMR_INSTANCE)], ["ec2.amazonaws.com"])


def _emr_serverless(policy: Grantee, names: PlatformNames, _: PlatformConfig, kinds: list[JobKind]) -> None:
    _allow_parameter(policy, names, SPARK_APPLICATION_ID)
    ours = {"StringEquals": {"aws:ResourceTag/platform": names.prefix}}
    run = SERVERLESS_RUN
    applications = [names.arn("emr-serverless", "/applications/*")]
    start = [run.action(operation) for operation in ("GetApplication", run.list, "StartApplication", run.create)]
    policy.allow(start, applications, _ID_REASON, ours)
    watch = [run.action(operation) for operation in (run.stop, run.describe, run.tag)]
    policy.allow(watch, [run.arn(names.region, names.account, "*")], _ID_REASON)
    _pass_to(policy, names, "emr-serverless.amazonaws.com", kinds)


def _glue(policy: Grantee, names: PlatformNames, config: PlatformConfig, _: list[JobKind]) -> None:
    jobs = [
        GLUE_RUN.arn(names.region, names.account, "*", parent=names.glue_job(EVERY_PIPELINE, module))
        for module in config.engines.jobs_on(Engine.GLUE)
    ]
    policy.allow(
        sorted((*GLUE_RUN.actions, *GLUE_RUN.starter_actions)),
        jobs,
        "the jobs of this module, whose roles the stack of the pipeline sets",
    )


def _sagemaker(policy: Grantee, names: PlatformNames, _: PlatformConfig, kinds: list[JobKind]) -> None:
    _allow_jobs(policy, names, PROCESSING_JOB)
    _pass_to(policy, names, "sagemaker.amazonaws.com", kinds)


def _allow_parameter(policy: Grantee, names: PlatformNames, path: str) -> None:
    policy.allow(["ssm:GetParameter"], [names.arn("ssm", f"parameter{names.parameter(path)}")], "one exact parameter")


def _allow_jobs(policy: Grantee, names: PlatformNames, workload: Workload) -> None:
    arn = workload.arn(names.region, names.account, f"{names.prefix}-*")
    policy.allow(list(workload.actions), [arn], _NAME_REASON)


def _pass_to(policy: Grantee, names: PlatformNames, service: str, kinds: list[JobKind]) -> None:
    allow_pass(policy, names.job_role_patterns(kinds), [service])


_ENGINES: Mapping[Engine, Callable[[Grantee, PlatformNames, PlatformConfig, list[JobKind]], None]] = {
    Engine.EMR_SERVERLESS: _emr_serverless,
    Engine.GLUE: _glue,
    Engine.SAGEMAKER: _sagemaker,
}

"""The permissions of Airflow's role to start, describe and stop the environment's jobs, each under its own role."""

from collections.abc import Callable, Mapping

from infra.config.platform_config import PlatformConfig
from infra.names import PlatformNames, RolePurpose
from infra.security.permissions import Grantee, allow_pass, allow_volumes, through_s3
from jobs.contracts.access import Folder, JobKind, spark_kind
from jobs.contracts.engines import Engine
from jobs.contracts.spark_workloads import EMR_CLUSTER, EMR_STEP, GLUE_RUN, SERVERLESS_RUN
from jobs.contracts.tables import Zone
from jobs.contracts.workload import Workload
from jobs.contracts.workloads import PROCESSING_JOB, workloads_of

_NAME_REASON = "jobs are named by the pipeline and the run; the environment's prefix is fixed"
_ID_REASON = "AWS chooses the id; the account belongs to this environment"

#: Actions on the SageMaker resources that DAGs create beside jobs.
_MODEL_ACTIONS = {
    "model": ("AddTags", "CreateModel", "DescribeModel"),
    "model-package": ("CreateModelPackage",),
    "model-package-group": ("CreateModelPackage",),
}


def allow_starting_jobs(policy: Grantee, names: PlatformNames, config: PlatformConfig, key_arn: str) -> None:
    """Let the policy's role run every job on the engine that the settings choose for it, and read evaluations."""
    _allow_gate(policy, names, key_arn)
    containers = [workload for workload in workloads_of("sagemaker") if workload.engine is None]
    for workload in containers:
        _allow_jobs(policy, names, workload)
    for resource, operations in _MODEL_ACTIONS.items():
        arn = names.arn("sagemaker", f"{resource}/{names.prefix}-*")
        policy.allow([f"sagemaker:{operation}" for operation in operations], [arn], _NAME_REASON)
    roles = dict.fromkeys(role for workload in containers for role in workload.roles)
    _pass_to(policy, names, "sagemaker.amazonaws.com", list(roles))
    # The caller that requests an encrypted volume creates the grant on its key.
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
    clusters = [EMR_CLUSTER.arn(names.region, names.account, "*")]
    ours = {"StringEquals": {"aws:ResourceTag/platform": names.prefix}}
    roles = {**ours, "ArnEquals": {"elasticmapreduce:ExecutionRoleArn": [names.role_arn(kind) for kind in kinds]}}
    policy.allow([EMR_STEP.action(EMR_STEP.create)], clusters, "steps run under the roles of jobs only", roles)
    watch = [EMR_STEP.stop, EMR_CLUSTER.describe, EMR_STEP.describe]
    policy.allow([EMR_STEP.action(operation) for operation in watch], clusters, _ID_REASON, ours)
    if is_persistent:
        policy.allow([EMR_CLUSTER.action(EMR_CLUSTER.list)], ["*"], "a cluster has no literal ARN; its name finds it")
        return
    tagged = {"StringEquals": {"aws:RequestTag/platform": names.prefix}}
    policy.allow(
        [EMR_CLUSTER.action(EMR_CLUSTER.create)], ["*"], "a new cluster has no ARN; its tags are fixed", tagged
    )
    policy.allow([EMR_CLUSTER.action(EMR_CLUSTER.tag)], clusters, _ID_REASON, tagged)
    policy.allow([EMR_CLUSTER.action(EMR_CLUSTER.stop)], clusters, _ID_REASON, ours)
    allow_pass(policy, [names.role_arn(RolePurpose.EMR_SERVICE)], ["elasticmapreduce.amazonaws.com"])
    allow_pass(policy, [names.role_arn(RolePurpose.EMR_INSTANCE)], ["ec2.amazonaws.com"])


def _emr_serverless(policy: Grantee, names: PlatformNames, _: PlatformConfig, kinds: list[JobKind]) -> None:
    policy.allow(["emr-serverless:ListApplications"], ["*"], "the application is found by its name")
    ours = {"StringEquals": {"aws:ResourceTag/platform": names.prefix}}
    run = SERVERLESS_RUN
    applications = [names.arn("emr-serverless", "/applications/*")]
    start = [run.action(operation) for operation in ("GetApplication", "StartApplication", run.create)]
    policy.allow(start, applications, _ID_REASON, ours)
    watch = [run.action(operation) for operation in (run.stop, run.describe, run.tag)]
    policy.allow(watch, [run.arn(names.region, names.account, "*")], _ID_REASON)
    _pass_to(policy, names, "emr-serverless.amazonaws.com", kinds)


def _glue(policy: Grantee, names: PlatformNames, config: PlatformConfig, _: list[JobKind]) -> None:
    jobs = [
        GLUE_RUN.arn(names.region, names.account, "*", parent=names.glue_job(module))
        for module in config.engines.jobs_on(Engine.GLUE)
    ]
    policy.allow(
        sorted((*GLUE_RUN.actions, *GLUE_RUN.starter_actions)), jobs, "exact jobs, whose roles the stack has set"
    )


def _sagemaker(policy: Grantee, names: PlatformNames, _: PlatformConfig, kinds: list[JobKind]) -> None:
    _allow_jobs(policy, names, PROCESSING_JOB)
    _pass_to(policy, names, "sagemaker.amazonaws.com", kinds)


def _allow_jobs(policy: Grantee, names: PlatformNames, workload: Workload) -> None:
    arn = workload.arn(names.region, names.account, f"{names.prefix}-*")
    policy.allow(list(workload.actions), [arn], _NAME_REASON)


def _pass_to(policy: Grantee, names: PlatformNames, service: str, kinds: list[JobKind]) -> None:
    allow_pass(policy, [names.role_arn(kind) for kind in kinds], [service])


_ENGINES: Mapping[Engine, Callable[[Grantee, PlatformNames, PlatformConfig, list[JobKind]], None]] = {
    Engine.EMR_SERVERLESS: _emr_serverless,
    Engine.GLUE: _glue,
    Engine.SAGEMAKER: _sagemaker,
}

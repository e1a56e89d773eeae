"""How much of each quota an environment needs, computed from its settings and templates."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jobs.contracts.engines import Engine
from jobs.contracts.job_settings import JobSettings
from jobs.contracts.pipeline import Pipeline, load_pipelines, pipeline_names
from operations.doctor.obstacle import FIRST_RUN
from operations.doctor.quota_table import Quota, instance_quota, quota, vcpu_quota, vcpus
from operations.doctor.subject import Subject

#: Lambda keeps at least this much of an account's concurrency for functions without a reservation.
_UNRESERVED = 100
#: MWAA creates an endpoint of its web server and one of its database in the VPC.
_AIRFLOW_ENDPOINTS = 2
#: The DAGs of data, training and scoring of a pipeline may run at the same time, each with a cluster of its own.
_DAGS = 3


@dataclass(frozen=True, kw_only=True)
class Need:
    """What an environment needs of a quota; `reason` continues "needed are 12: "."""

    quota: Quota
    count: int
    stage: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class _Counted:
    """Resources that a quota counts: how the account lists those that it has."""

    type_name: str
    quota: str
    service: str
    operation: str
    key: str


_COUNTED = (
    _Counted(type_name="AWS::EC2::VPC", quota="vpcs", service="ec2", operation="describe_vpcs", key="Vpcs"),
    _Counted(
        type_name="AWS::EC2::EIP", quota="elastic-addresses", service="ec2", operation="describe_addresses",
        key="Addresses",
    ),
    _Counted(
        type_name="AWS::ElasticLoadBalancingV2::LoadBalancer", quota="load-balancers", service="elbv2",
        operation="describe_load_balancers", key="LoadBalancers",
    ),
    _Counted(
        type_name="AWS::RDS::DBInstance", quota="rds-instances", service="rds", operation="describe_db_instances",
        key="DBInstances",
    ),
    _Counted(
        type_name="AWS::MWAA::Environment", quota="airflow-environments", service="mwaa",
        operation="list_environments", key="Environments",
    ),
)  # fmt: skip


def needs(subject: Subject) -> Iterator[Need]:
    """Yield every need of the stacks and of one run of each DAG."""
    yield from _resources(subject)
    yield from _endpoints(subject)
    yield from _tracking(subject)
    yield from _spark(subject)
    yield from _models(subject)


def _resources(subject: Subject) -> Iterator[Need]:
    for counted in _COUNTED:
        stage, wanted = subject.stage_of(counted.type_name), subject.types[counted.type_name]
        if stage is not None and not subject.exists(stage):
            present = len(subject.items(counted.service, counted.operation, counted.key))
            reason = f"{wanted} of this environment and {present} that exist"
            yield Need(quota=quota(counted.quota), count=wanted + present, stage=stage, reason=reason)


def _endpoints(subject: Subject) -> Iterator[Need]:
    found = [
        item for _, _, item in subject.resources("AWS::EC2::VPCEndpoint") if item["VpcEndpointType"] == "Interface"
    ]
    if found:
        reason = f"{len(found)} in the network stack and {_AIRFLOW_ENDPOINTS} that MWAA creates"
        count = len(found) + _AIRFLOW_ENDPOINTS
        yield Need(quota=quota("interface-endpoints"), count=count, stage="network", reason=reason)


def _tracking(subject: Subject) -> Iterator[Need]:
    tracking = subject.config.tracking
    # One task more runs migrations and rotations.
    tasks = tracking.maximum_tasks + 1
    count = -(-tasks * tracking.cpu // 1024)
    reason = f"{tasks} tasks of MLflow with {tracking.cpu} CPU units"
    yield Need(quota=quota("fargate-vcpu"), count=count, stage="tracking", reason=reason)
    functions = [item for _, _, item in subject.resources("AWS::Lambda::Function")]
    reserved = sum(item.get("ReservedConcurrentExecutions", 0) for item in functions)
    if reserved:
        reason = f"{reserved} are reserved, and Lambda keeps {_UNRESERVED} for other functions"
        yield Need(quota=quota("lambda-concurrency"), count=reserved + _UNRESERVED, stage="tracking", reason=reason)
    elif functions:
        yield Need(quota=quota("lambda-concurrency"), count=1, stage="tracking", reason="one function runs at a time")


def _spark(subject: Subject) -> Iterator[Need]:
    config = subject.config
    if config.engines.jobs_on(Engine.EMR) or config.spark.mode == "persistent":
        yield from _cluster(subject)
    if subject.stage_of("AWS::EMRServerless::Application"):
        count = config.serverless.maximum_vcpu
        reason = "serverless.maximum_vcpu of the application"
        yield Need(quota=quota("emr-serverless-vcpu"), count=count, stage=FIRST_RUN, reason=reason)


def _cluster(subject: Subject) -> Iterator[Need]:
    spark, scales = subject.config.spark, subject.config.network.has_egress
    is_persistent = spark.mode == "persistent"
    clusters = 1 if is_persistent else _DAGS * len(pipeline_names())
    units = spark.maximum_units if scales else spark.fixed_units
    on_demand_tasks = max((spark.on_demand_units or 0) - spark.core_units, 0) if scales else 0
    name = f"vCPUs of {clusters} cluster{'s' if clusters > 1 else ''} with up to"
    on_demand = ((spark.primary_types, 1), (spark.core_types, spark.core_units), (spark.task_types, on_demand_tasks))
    nodes = f"{name} {1 + spark.core_units + on_demand_tasks} nodes On-Demand"
    yield from _vcpus(on_demand, clusters, nodes, stage="compute" if is_persistent else FIRST_RUN, is_spot=False)
    tasks = units - spark.core_units
    spot = ((spark.task_types, tasks),)
    yield from _vcpus(
        spot, clusters, f"{name} {tasks} task node{'s' if tasks > 1 else ''} on Spot", stage=FIRST_RUN, is_spot=True
    )


def _vcpus(
    fleets: Sequence[tuple[Sequence[str], int]], clusters: int, reason: str, *, stage: str, is_spot: bool
) -> Iterator[Need]:
    """Yield the vCPUs of fleets by quota; of each fleet the largest type, because EC2 may choose any of its types."""
    counts: dict[Quota, int] = {}
    for types, units in fleets:
        largest: dict[Quota, int] = {}
        for each in types:
            limit = vcpu_quota(each, is_spot=is_spot)
            largest[limit] = max(largest.get(limit, 0), vcpus(each))
        for limit, size in largest.items():
            counts[limit] = counts.get(limit, 0) + clusters * units * size
    for limit, count in counts.items():
        if count:
            yield Need(quota=limit, count=count, stage=stage, reason=reason)


def _models(subject: Subject) -> Iterator[Need]:
    """Yield the needs of model jobs: the trials of one tuning job, and one transform job, of each pipeline."""
    sagemaker, pipelines = subject.config.sagemaker, load_pipelines()
    trials, reason = sagemaker.tuning_max_parallel_jobs, "parallel trials of tuning, which run on Spot"
    types = _by_type(pipelines, "tune", sagemaker.training_instance_type, trials)
    yield from _instances(types, "spot-training", reason)
    types = _by_type(pipelines, "transform", sagemaker.transform_instance_type, 1)
    yield from _instances(types, "transform", "one transform job per pipeline")
    jobs = subject.config.engines.jobs_on(Engine.SAGEMAKER)
    if jobs:
        count = len(pipelines) * subject.config.engines.runtime.processing_instances
        types = Counter({sagemaker.processing_instance_type: count})
        yield from _instances(types, "processing", f"instances of {', '.join(jobs)}")


def _by_type(pipelines: Sequence[Pipeline], job: str, default: str, count: int) -> Counter[str]:
    """Return how many instances of each type the jobs need, with the types and numbers that pipelines choose."""
    counts: Counter[str] = Counter()
    for pipeline in pipelines:
        own = pipeline.jobs.get(job, JobSettings())
        counts[own.instance_type or default] += count * (own.instances or 1)
    return counts


def _instances(counts: Counter[str], use: str, reason: str) -> Iterator[Need]:
    for instance_type, count in counts.items():
        yield Need(quota=instance_quota(instance_type, use), count=count, stage=FIRST_RUN, reason=reason)
    yield Need(quota=quota(f"sagemaker-{use}"), count=counts.total(), stage=FIRST_RUN, reason=reason)

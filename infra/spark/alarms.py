"""What is seen of Spark: clusters whose identifiers nobody knows beforehand, EMR Serverless, Glue."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.config.alert_config import QUERY_HOURS, AlertConfig
from infra.config.compute_config import ServerlessSpark, SparkCluster
from infra.names import PlatformNames
from infra.observability.metrics import metric, query, search
from infra.observability.section import Graph, Section, Symptom

# Names: CloudWatch metrics of aws-cdk-lib 2.275.0 (emr); EMR Serverless user guide, "Monitoring EMR Serverless
# applications and jobs", whose dimensions from release 7.10 on are ApplicationId and ApplicationName, read 2026-11-24.
_CLUSTERS = '"AWS/ElasticMapReduce", JobFlowId'
_APPLICATIONS = '"AWS/EMRServerless", ApplicationId, ApplicationName'
_WORKERS = '"AWS/EMRServerless",ApplicationId,ApplicationName,CapacityAllocationType,WorkerType'
_JOB_STATES = ("PendingJobs", "ScheduledJobs", "RunningJobs", "SuccessJobs", "FailedJobs", "CancelledJobs")

#: EMR looks every five minutes whether a cluster is idle, so one answer says little (EMR management guide, "Monitoring
#: Amazon EMR metrics with CloudWatch", read 2026-11-24).
_IDLE_CHECKS = 6
_CHECKS_AN_HOUR = 12


def spark_section(
    names: PlatformNames, alerts: AlertConfig, *, cluster: SparkCluster, serverless: ServerlessSpark
) -> Section:
    """Spark: does work wait, are nodes well, does anything cost money without working?"""
    is_application = f"ApplicationName = '{names.spark_cluster}'"
    idle = _idle_symptoms(alerts, cluster) if cluster.mode == "transient" else ()
    return Section(
        title="Spark",
        vital=query("SUM(AppsRunning)", _CLUSTERS, label="Spark applications running on clusters"),
        symptoms=(*_cluster_symptoms(), *idle, *_application_symptoms(is_application, serverless)),
        graphs=(*_cluster_graphs(), *_serverless_graphs(names)),
    )


def _cluster_graphs() -> Sequence[Graph]:
    return (
        Graph(
            title="Cluster applications: running, pending",
            left=[_clusters("AppsRunning"), _clusters("AppsPending")],
            limits=["spark-jobs-pending"],
        ),
        Graph(title="Cluster memory available, %", left=[_clusters("YARNMemoryAvailablePercentage")]),
        Graph(
            title="Cluster nodes unhealthy; HDFS in use, %",
            left=[_clusters("MRUnhealthyNodes")],
            right=[_clusters("HDFSUtilization")],
            limits=["spark-nodes-unhealthy"],
        ),
        Graph(title="Clusters idle (1) or working (0)", left=[_clusters("IsIdle")]),
    )


def _serverless_graphs(names: PlatformNames) -> Sequence[Graph]:
    mine = f'ApplicationName="{names.spark_cluster}"'
    return (
        Graph(
            title="Serverless jobs by state",
            left=[search(_APPLICATIONS, state, "Sum", where=mine) for state in _JOB_STATES],
        ),
        Graph(
            title="Serverless workers: running, idle",
            left=[
                search(_WORKERS, "RunningWorkerCount", "Sum", where=mine),
                search(_APPLICATIONS, "IdleWorkerCount", "Sum", where=mine),
            ],
        ),
        Graph(title="Serverless vCPU", left=[search(_WORKERS, "CPUAllocated", "Sum", where=mine)]),
        Graph(
            title="Failures told: steps, serverless jobs, Glue jobs",
            left=[
                metric("AWS/Events", "TriggeredRules", "Sum", {"RuleName": names.resource(rule)}, label=rule)
                for rule in ("spark-step-failed", "serverless-job-failed", "glue-job-failed")
            ],
        ),
    )


def _clusters(name: str) -> cloudwatch.IMetric:
    return search(_CLUSTERS, name, "Maximum")


def _cluster_symptoms() -> Sequence[Symptom]:
    return (
        Symptom(
            heading="spark-jobs-pending",
            what="Spark jobs have waited for capacity of their cluster for 30 minutes",
            metric=query("MIN(AppsPending)", _CLUSTERS, by="JobFlowId"),
            at_least=1,
            periods=6,
        ),
        Symptom(
            heading="spark-nodes-unhealthy",
            what="YARN has taken a node of a cluster for unhealthy for 15 minutes",
            metric=query("MAX(MRUnhealthyNodes)", _CLUSTERS, by="JobFlowId"),
            at_least=1,
            periods=3,
        ),
        Symptom(
            heading="spark-storage-full",
            what="HDFS of a cluster is 80 % full",
            metric=query("MAX(HDFSUtilization)", _CLUSTERS, by="JobFlowId"),
            at_least=80,
        ),
        Symptom(
            heading="spark-blocks-missing",
            what="A cluster has lost HDFS blocks: its job fails or repeats work",
            metric=query("MAX(MissingBlocks)", _CLUSTERS, by="JobFlowId"),
            at_least=1,
        ),
    )


def _idle_symptoms(alerts: AlertConfig, cluster: SparkCluster) -> Sequence[Symptom]:
    """A standing cluster may be idle and old; one that was started for some steps must be neither."""
    checks = min(max(_IDLE_CHECKS, cluster.idle_minutes // 5 + 3), QUERY_HOURS * _CHECKS_AN_HOUR)
    return (
        Symptom(
            heading="spark-cluster-idle",
            what=f"A cluster has been idle for {checks * 5} minutes, longer than it lets itself be",
            metric=query("MIN(IsIdle)", _CLUSTERS, by="JobFlowId"),
            at_least=1,
            periods=checks,
        ),
        Symptom(
            heading="spark-cluster-old",
            what=f"A cluster that was started for one run has been up for {alerts.cluster_hours} hours",
            # Idle or not, a cluster reports while it lives: a sample in every period is its age.
            metric=query("COUNT(IsIdle)", _CLUSTERS, by="JobFlowId", period=Duration.minutes(15)),
            at_least=1,
            periods=alerts.cluster_hours * 4,
        ),
    )


def _application_symptoms(is_application: str, serverless: ServerlessSpark) -> Sequence[Symptom]:
    checks = min(serverless.idle_minutes // 5 + 3, QUERY_HOURS * _CHECKS_AN_HOUR)
    return (
        Symptom(
            heading="serverless-jobs-waiting",
            what="EMR Serverless jobs have waited for capacity for 30 minutes",
            metric=query("MIN(PendingJobs)", _APPLICATIONS, where=is_application),
            at_least=1,
            periods=6,
        ),
        Symptom(
            heading="serverless-idle",
            what=f"EMR Serverless has kept workers without work for {checks * 5} minutes",
            metric=query("MIN(IdleWorkerCount)", _APPLICATIONS, where=is_application),
            at_least=1,
            periods=checks,
        ),
    )

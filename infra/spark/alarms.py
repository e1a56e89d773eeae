"""Alarms and graphs of Spark on EMR, EMR Serverless and Glue.

Clusters get their identifiers when they start, so their metrics are queried by dimension.
"""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.config.alert_config import QUERY_HOURS, AlertConfig
from infra.config.compute_config import ServerlessSpark, SparkCluster
from infra.names import PlatformNames
from infra.observability.metrics import metric, query, search
from infra.observability.section import Graph, MetricAlarm, Section

# Names: CloudWatch metrics of aws-cdk-lib 2.275.0 (emr); EMR Serverless user guide, "Monitoring EMR Serverless
# applications and jobs", whose dimensions from release 7.10 on are ApplicationId and ApplicationName, read 2026-11-24.
_CLUSTERS = '"AWS/ElasticMapReduce", JobFlowId'
_APPLICATIONS = '"AWS/EMRServerless", ApplicationId, ApplicationName'
_WORKERS = '"AWS/EMRServerless",ApplicationId,ApplicationName,CapacityAllocationType,WorkerType'
_JOB_STATES = ("PendingJobs", "ScheduledJobs", "RunningJobs", "SuccessJobs", "FailedJobs", "CancelledJobs")

#: EMR reports `IsIdle` every five minutes, so several consecutive values are needed (EMR management guide, "Monitoring
#: Amazon EMR metrics with CloudWatch", read 2026-11-24).
_IDLE_CHECKS = 6
_CHECKS_AN_HOUR = 12


def spark_section(
    names: PlatformNames, alerts: AlertConfig, *, cluster: SparkCluster, serverless: ServerlessSpark | None
) -> Section:
    """Spark: waiting work, health of nodes, idle capacity; `serverless` is None where no job uses EMR Serverless."""
    idle = _idle_alarms(alerts, cluster) if cluster.mode == "transient" else ()
    application_alarms = _application_alarms(names, serverless) if serverless else ()
    application_graphs = _application_graphs(names) if serverless else ()
    return Section(
        title="Spark",
        headline=query("SUM(AppsRunning)", _CLUSTERS, label="Spark applications running on clusters"),
        alarms=(*_cluster_alarms(), *idle, *application_alarms),
        graphs=(*_cluster_graphs(), *application_graphs, _failure_graph(names)),
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


def _application_graphs(names: PlatformNames) -> Sequence[Graph]:
    application = f'ApplicationName="{names.spark_application}"'
    return (
        Graph(
            title="Serverless jobs by state",
            left=[search(_APPLICATIONS, state, "Sum", where=application) for state in _JOB_STATES],
        ),
        Graph(
            title="Serverless workers: running, idle",
            left=[
                search(_WORKERS, "RunningWorkerCount", "Sum", where=application),
                search(_APPLICATIONS, "IdleWorkerCount", "Sum", where=application),
            ],
        ),
        Graph(title="Serverless vCPU", left=[search(_WORKERS, "CPUAllocated", "Sum", where=application)]),
    )


def _failure_graph(names: PlatformNames) -> Graph:
    return Graph(
        title="Failures told: steps, serverless jobs, Glue jobs",
        left=[
            metric("AWS/Events", "TriggeredRules", "Sum", {"RuleName": names.resource(rule)}, label=rule)
            for rule in ("spark-step-failed", "serverless-job-failed", "glue-job-failed")
        ],
    )


def _clusters(name: str) -> cloudwatch.IMetric:
    return search(_CLUSTERS, name, "Maximum")


def _cluster_alarms() -> Sequence[MetricAlarm]:
    return (
        MetricAlarm("spark-jobs-pending", "Spark jobs have waited for capacity of their cluster for 30 minutes",
                    query("MIN(AppsPending)", _CLUSTERS, by="JobFlowId"), at_least=1, periods=6),
        MetricAlarm("spark-nodes-unhealthy", "YARN has taken a node of a cluster for unhealthy for 15 minutes",
                    query("MAX(MRUnhealthyNodes)", _CLUSTERS, by="JobFlowId"), at_least=1, periods=3),
        MetricAlarm("spark-storage-full", "HDFS of a cluster is 80 % full",
                    query("MAX(HDFSUtilization)", _CLUSTERS, by="JobFlowId"), at_least=80),
        MetricAlarm("spark-blocks-missing", "A cluster has lost HDFS blocks: its job fails or repeats work",
                    query("MAX(MissingBlocks)", _CLUSTERS, by="JobFlowId"), at_least=1),
    )  # fmt: skip


def _idle_alarms(alerts: AlertConfig, cluster: SparkCluster) -> Sequence[MetricAlarm]:
    """Alarms of transient clusters; a long-running cluster may be idle and may run for days."""
    checks = min(max(_IDLE_CHECKS, cluster.idle_minutes // 5 + 3), QUERY_HOURS * _CHECKS_AN_HOUR)
    return (
        MetricAlarm("spark-cluster-idle",
                    f"A cluster has been idle for {checks * 5} minutes, longer than it lets itself be",
                    query("MIN(IsIdle)", _CLUSTERS, by="JobFlowId"), at_least=1, periods=checks),
        # A cluster reports `IsIdle` as long as it runs, so a sample in every period measures its age.
        MetricAlarm("spark-cluster-old",
                    f"A cluster that was started for one run has been up for {alerts.cluster_hours} hours",
                    query("COUNT(IsIdle)", _CLUSTERS, by="JobFlowId", period=Duration.minutes(15)),
                    at_least=1, periods=alerts.cluster_hours * 4),
    )  # fmt: skip


def _application_alarms(names: PlatformNames, serverless: ServerlessSpark) -> Sequence[MetricAlarm]:
    is_application = f"ApplicationName = '{names.spark_application}'"
    checks = min(serverless.idle_minutes // 5 + 3, QUERY_HOURS * _CHECKS_AN_HOUR)
    return (
        MetricAlarm("serverless-jobs-waiting", "EMR Serverless jobs have waited for capacity for 30 minutes",
                    query("MIN(PendingJobs)", _APPLICATIONS, where=is_application), at_least=1, periods=6),
        MetricAlarm("serverless-idle", f"EMR Serverless has kept workers without work for {checks * 5} minutes",
                    query("MIN(IdleWorkerCount)", _APPLICATIONS, where=is_application), at_least=1, periods=checks),
    )  # fmt: skip

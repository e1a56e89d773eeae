"""The metrics of each part and when they mean trouble."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.names import PlatformNames
from infra.observability.alarms import Symptom

_FIVE_MINUTES = Duration.minutes(5)
_GIGABYTE = 1024**3


def airflow_symptoms(names: PlatformNames) -> Sequence[Symptom]:
    """What goes wrong in MWAA."""
    heartbeat = _airflow(names, "SchedulerHeartbeat", "Sum", Function="Scheduler")
    failures = _airflow(names, "TaskInstanceFailures", "Sum", DAG="All", Task="All")
    queued = _airflow(names, "QueuedTasks", "Average", Function="Executor")
    return (
        Symptom(
            heading="airflow-scheduler-silent",
            what="No Airflow scheduler has reported for 15 minutes: nothing is being started",
            metric=heartbeat,
            below=1,
            periods=3,
            is_silence_bad=True,
        ),
        Symptom(
            heading="airflow-task-failed",
            what="An Airflow task failed after its retries",
            metric=failures,
            at_least=1,
        ),
        Symptom(
            heading="airflow-tasks-queued",
            what="More than 10 Airflow tasks have waited for a worker for 30 minutes",
            metric=queued,
            at_least=10,
            periods=6,
        ),
    )


def tracking_symptoms(names: PlatformNames, balancer: str, targets: str) -> Sequence[Symptom]:
    """What goes wrong in MLflow, seen from its load balancer; both arguments are full names as metrics spell them."""
    errors = _metric("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum", {"LoadBalancer": balancer})
    behind = {"LoadBalancer": balancer, "TargetGroup": targets}
    healthy = _metric("AWS/ApplicationELB", "HealthyHostCount", "Minimum", behind)
    return (
        Symptom(
            heading="tracking-errors",
            what="MLflow answered with errors at least 5 times in 5 minutes: jobs may lose metrics",
            metric=errors,
            at_least=5,
        ),
        Symptom(
            heading="tracking-down",
            what="No MLflow task is healthy: jobs that track their work will fail",
            metric=healthy,
            below=1,
            periods=2,
            is_silence_bad=True,
        ),
        Symptom(
            heading="tracking-cpu-high",
            what="MLflow's tasks have used 85 % of their CPU for 30 minutes",
            metric=_tracking(names, "CPUUtilization", "Average"),
            at_least=85,
            periods=6,
        ),
    )


def database_symptoms(names: PlatformNames, allocated_gb: int) -> Sequence[Symptom]:
    """What goes wrong in MLflow's database."""
    return (
        Symptom(
            heading="database-storage-low",
            what="MLflow's database has less than a tenth of its storage free",
            metric=_database(names, "FreeStorageSpace", "Minimum"),
            below=allocated_gb * _GIGABYTE / 10,
        ),
        Symptom(
            heading="database-cpu-high",
            what="MLflow's database has used 80 % of its CPU for 30 minutes",
            metric=_database(names, "CPUUtilization", "Average"),
            at_least=80,
            periods=6,
        ),
    )


def cluster_symptoms(cluster_id: str) -> Sequence[Symptom]:
    """What goes wrong in a persistent cluster."""
    pending = _metric("AWS/ElasticMapReduce", "AppsPending", "Minimum", {"JobFlowId": cluster_id})
    return (
        Symptom(
            heading="spark-jobs-pending",
            what="Spark jobs have waited for capacity of the persistent cluster for 30 minutes",
            metric=pending,
            at_least=1,
            periods=6,
        ),
    )


def _airflow(names: PlatformNames, metric: str, statistic: str, **dimensions: str) -> cloudwatch.Metric:
    return _metric("AmazonMWAA", metric, statistic, {"Environment": names.prefix, **dimensions})


def _database(names: PlatformNames, metric: str, statistic: str) -> cloudwatch.Metric:
    return _metric("AWS/RDS", metric, statistic, {"DBInstanceIdentifier": names.resource("tracking")})


def _tracking(names: PlatformNames, metric: str, statistic: str) -> cloudwatch.Metric:
    name = names.resource("tracking")
    return _metric("AWS/ECS", metric, statistic, {"ClusterName": name, "ServiceName": name})


def _metric(namespace: str, name: str, statistic: str, dimensions: dict[str, str]) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace=namespace, metric_name=name, statistic=statistic, period=_FIVE_MINUTES, dimensions_map=dimensions
    )

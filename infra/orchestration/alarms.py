"""Alarms and graphs of MWAA, whose metrics the environment's name identifies."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.config.alert_config import AlertConfig
from infra.names import PlatformNames
from infra.observability.metrics import FIVE_MINUTES, larger, metric, query
from infra.observability.section import Graph, MetricAlarm, Section

# Metrics, dimensions and most limits: MWAA user guide, "Apache Airflow environment metrics in CloudWatch", "Monitoring
# dashboards and alarms" (its recommended alarms) and "Container, queue, and database metrics", read 2026-11-24. Which
# of them an Airflow version emits: checks/environment/airflow_metrics.toml.
_GIB = 1024**3
_RUNS = '"AmazonMWAA", DAG, Environment'

#: The metric of tasks whose worker has stopped reporting; a metric filter of the observability stack publishes it.
LOST_TASKS = "AirflowLostTasks"
#: What the scheduler of Airflow 3.0.6, 3.2.1 and 3.3.1 logs when it fails such tasks.
LOST_TASKS_MESSAGE = "TIs without heartbeat"


class _Metrics:
    """The metrics of one MWAA environment."""

    def __init__(self, names: PlatformNames) -> None:
        self._environment = names.prefix
        self.heartbeat = self.airflow("SchedulerHeartbeat", "Sum", Function="Scheduler")
        self.failed_runs = query(
            "COUNT(DAGDurationFailed)", _RUNS, where=f"Environment = '{names.prefix}'", by="DAG", label="failed runs"
        )
        self.lost = metric(names.metric_namespace, LOST_TASKS, "Sum", {})
        self.queued = self.airflow("QueuedTasks", "Average", Function="Executor")
        self.running = self.airflow("RunningTasks", "Average", Function="Executor")
        self.import_errors = self.airflow("ImportErrors", "Maximum", Function="DAG Processing")
        self.dags = self.airflow("DagBagSize", "Maximum", Function="DAG Processing")
        self.queue_age = self.container("ApproximateAgeOfOldestTask", "Maximum")
        self.database_cpu = self.container("CPUUtilization", "Average", DatabaseRole="WRITER")
        self.database_memory = self.container("FreeableMemory", "Average", DatabaseRole="WRITER")

    def airflow(self, name: str, statistic: str, **dimensions: str) -> cloudwatch.Metric:
        """A metric that Airflow publishes."""
        return metric("AmazonMWAA", name, statistic, {"Environment": self._environment, **dimensions})

    def container(self, name: str, statistic: str, **dimensions: str) -> cloudwatch.Metric:
        """A metric of the containers, queue and database of MWAA."""
        return metric("AWS/MWAA", name, statistic, {"Environment": self._environment, **dimensions})

    def load(self, component: str) -> cloudwatch.MathExpression:
        """The higher of a component's CPU and memory utilization, in percent."""
        loads = {
            f"{component.lower()}_{kind.lower()}": self.container(f"{kind}Utilization", "Average", Cluster=component)
            for kind in ("CPU", "Memory")
        }
        return larger(f"{component} CPU or memory %", loads)

    def count(self, component: str) -> cloudwatch.MathExpression:
        """The number of containers of a component; each reports one sample per minute."""
        samples = f"{component.lower()}_samples"
        using = {samples: self.container("CPUUtilization", "SampleCount", Cluster=component)}
        return cloudwatch.MathExpression(
            expression=f"{samples} / 5", using_metrics=using, label=f"{component} count", period=FIVE_MINUTES
        )


def airflow_section(names: PlatformNames, alerts: AlertConfig) -> Section:
    """Airflow: scheduling, failed runs, queued and lost tasks, container and database load."""
    metrics = _Metrics(names)
    return Section(
        title="Airflow",
        headline=metrics.failed_runs,
        alarms=(*_work_alarms(metrics, alerts), *_machine_alarms(metrics, alerts)),
        graphs=(*_work_graphs(metrics), *_machine_graphs(metrics)),
    )


def _work_graphs(metrics: _Metrics) -> Sequence[Graph]:
    return (
        Graph(title="Scheduler heartbeats", left=[metrics.heartbeat], limits=["airflow-scheduler-silent"]),
        Graph(title="Tasks queued, running", left=[metrics.queued, metrics.running], limits=["airflow-tasks-queued"]),
        Graph(title="Oldest queued task, seconds", left=[metrics.queue_age], limits=["airflow-queue-stuck"]),
        Graph(
            title="Runs failed; tasks lost",
            left=[metrics.failed_runs],
            right=[metrics.lost],
            limits=["airflow-run-failed"],
        ),
        Graph(
            title="DAG files with errors; DAGs found",
            left=[metrics.import_errors],
            right=[metrics.dags],
            limits=["airflow-import-errors"],
        ),
    )


def _machine_graphs(metrics: _Metrics) -> Sequence[Graph]:
    workers = ("BaseWorker", "AdditionalWorker")
    return (
        Graph(
            title="Scheduler, web server: %",
            left=[metrics.load("Scheduler"), metrics.load("WebServer")],
            limits=["airflow-scheduler-full"],
        ),
        Graph(
            title="Workers: %; count",
            left=[metrics.load(worker) for worker in workers],
            right=[metrics.count(worker) for worker in workers],
            limits=["airflow-worker-full"],
        ),
        Graph(
            title="Airflow's database: CPU %; free bytes",
            left=[metrics.database_cpu],
            right=[metrics.database_memory],
            limits=["airflow-database-busy"],
        ),
    )


def _work_alarms(metrics: _Metrics, alerts: AlertConfig) -> Sequence[MetricAlarm]:
    minutes = alerts.queued_minutes
    return (
        MetricAlarm("airflow-scheduler-silent",
                    "No Airflow scheduler has reported for 15 minutes: nothing is being started",
                    metrics.heartbeat, below=1, periods=3, missing_is_breaching=True),
        MetricAlarm("airflow-run-failed", "A DAG run failed", metrics.failed_runs, at_least=1),
        MetricAlarm("airflow-tasks-queued",
                    f"{{limit}} Airflow tasks have waited for a worker for {minutes} minutes",
                    metrics.queued, at_least=10, periods=minutes // 5),
        MetricAlarm("airflow-queue-stuck",
                    f"One Airflow task has been queued for {minutes} minutes: a worker may have died with it",
                    metrics.queue_age, at_least=minutes * 60, periods=3),
        MetricAlarm("airflow-import-errors", "A DAG file cannot be imported: its DAGs no longer run",
                    metrics.import_errors, at_least=1, periods=2),
        MetricAlarm("airflow-dags-missing", "Airflow finds no DAG at all: the release did not arrive",
                    metrics.dags, below=1, periods=6),
        MetricAlarm("airflow-task-lost", "Airflow failed a running task whose worker has stopped reporting",
                    metrics.lost, at_least=1),
    )  # fmt: skip


def _machine_alarms(metrics: _Metrics, alerts: AlertConfig) -> Sequence[MetricAlarm]:
    full = alerts.saturation_percent
    components = (("scheduler", "Scheduler", 3), ("worker", "BaseWorker", 6), ("webserver", "WebServer", 3))
    containers = tuple(
        MetricAlarm(f"airflow-{name}-full",
                    f"Airflow's {name} has used {full} % of its CPU or memory for {periods * 5} minutes",
                    metrics.load(component), at_least=full, periods=periods)
        for name, component, periods in components
    )  # fmt: skip
    return (
        *containers,
        MetricAlarm("airflow-database-busy", f"Airflow's own database has used {full} % of its CPU for 15 minutes",
                    metrics.database_cpu, at_least=full, periods=3),
        MetricAlarm("airflow-database-memory", "Airflow's own database has less than 512 MiB of memory free",
                    metrics.database_memory, below=_GIB / 2, periods=3),
    )  # fmt: skip

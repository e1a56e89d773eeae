"""What is seen of MWAA: everything by the environment's name, so that nothing waits for it to exist."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.config.alert_config import AlertConfig
from infra.names import PlatformNames
from infra.observability.metrics import FIVE_MINUTES, larger, metric
from infra.observability.section import Graph, Section, Symptom

# Metrics, dimensions and most limits: MWAA user guide, "Monitoring dashboards and alarms" (its recommended alarms) and
# "Container, queue, and database metrics", read 2026-11-24.
_GIB = 1024**3


class _Metrics:
    """The metrics of one environment."""

    def __init__(self, names: PlatformNames) -> None:
        self._environment = names.prefix
        self.heartbeat = self.airflow("SchedulerHeartbeat", "Sum", Function="Scheduler")
        self.failures = self.airflow("TaskInstanceFailures", "Sum", DAG="All", Task="All")
        self.lost = self.airflow("ZombiesKilled", "Sum", DAG="All", Task="All")
        self.queued = self.airflow("QueuedTasks", "Average", Function="Executor")
        self.running = self.airflow("RunningTasks", "Average", Function="Executor")
        self.import_errors = self.airflow("ImportErrors", "Maximum", Function="DAG Processing")
        self.dags = self.airflow("DagBagSize", "Maximum", Function="DAG Processing")
        self.queue_age = self.container("ApproximateAgeOfOldestTask", "Maximum")
        self.database_cpu = self.container("CPUUtilization", "Average", DatabaseRole="WRITER")
        self.database_memory = self.container("FreeableMemory", "Average", DatabaseRole="WRITER")

    def airflow(self, name: str, statistic: str, **dimensions: str) -> cloudwatch.Metric:
        """A metric that Airflow itself reports."""
        return metric("AmazonMWAA", name, statistic, {"Environment": self._environment, **dimensions})

    def container(self, name: str, statistic: str, **dimensions: str) -> cloudwatch.Metric:
        """A metric of what MWAA runs Airflow on."""
        return metric("AWS/MWAA", name, statistic, {"Environment": self._environment, **dimensions})

    def load(self, component: str) -> cloudwatch.MathExpression:
        """How full a component is, be it of CPU or of memory."""
        loads = {
            f"{component.lower()}_{kind.lower()}": self.container(f"{kind}Utilization", "Average", Cluster=component)
            for kind in ("CPU", "Memory")
        }
        return larger(f"{component} CPU or memory %", loads)

    def count(self, component: str) -> cloudwatch.MathExpression:
        """Containers of a component: each reports once a minute."""
        samples = f"{component.lower()}_samples"
        using = {samples: self.container("CPUUtilization", "SampleCount", Cluster=component)}
        return cloudwatch.MathExpression(
            expression=f"{samples} / 5", using_metrics=using, label=f"{component} count", period=FIVE_MINUTES
        )


def airflow_section(names: PlatformNames, alerts: AlertConfig) -> Section:
    """Airflow: does it schedule, do tasks wait, do they fail, are its machines full?"""
    seen = _Metrics(names)
    return Section(
        title="Airflow",
        vital=seen.failures,
        symptoms=(*_work_symptoms(seen, alerts), *_machine_symptoms(seen, alerts)),
        graphs=(*_work_graphs(seen), *_machine_graphs(seen)),
    )


def _work_graphs(seen: _Metrics) -> Sequence[Graph]:
    return (
        Graph(title="Scheduler heartbeats", left=[seen.heartbeat], limits=["airflow-scheduler-silent"]),
        Graph(title="Tasks queued, running", left=[seen.queued, seen.running], limits=["airflow-tasks-queued"]),
        Graph(title="Oldest queued task, seconds", left=[seen.queue_age], limits=["airflow-queue-stuck"]),
        Graph(title="Tasks failed, lost", left=[seen.failures, seen.lost], limits=["airflow-task-failed"]),
        Graph(
            title="DAG files with errors; DAGs found",
            left=[seen.import_errors],
            right=[seen.dags],
            limits=["airflow-import-errors"],
        ),
    )


def _machine_graphs(seen: _Metrics) -> Sequence[Graph]:
    workers = ("BaseWorker", "AdditionalWorker")
    return (
        Graph(
            title="Scheduler, web server: %",
            left=[seen.load("Scheduler"), seen.load("WebServer")],
            limits=["airflow-scheduler-full"],
        ),
        Graph(
            title="Workers: %; count",
            left=[seen.load(worker) for worker in workers],
            right=[seen.count(worker) for worker in workers],
            limits=["airflow-worker-full"],
        ),
        Graph(
            title="Airflow's database: CPU %; free bytes",
            left=[seen.database_cpu],
            right=[seen.database_memory],
            limits=["airflow-database-busy"],
        ),
    )


def _work_symptoms(seen: _Metrics, alerts: AlertConfig) -> Sequence[Symptom]:
    minutes = alerts.queued_minutes
    return (
        Symptom(
            heading="airflow-scheduler-silent",
            what="No Airflow scheduler has reported for 10 minutes: nothing is being started",
            metric=seen.heartbeat,
            below=1,
            periods=2,
            is_silence_bad=True,
        ),
        Symptom(
            heading="airflow-task-failed",
            what="An Airflow task failed after its retries",
            metric=seen.failures,
            at_least=1,
        ),
        Symptom(
            heading="airflow-tasks-queued",
            what=f"More than 10 Airflow tasks have waited for a worker for {minutes} minutes",
            metric=seen.queued,
            at_least=10,
            periods=minutes // 5,
        ),
        Symptom(
            heading="airflow-queue-stuck",
            what=f"One Airflow task has been queued for {minutes} minutes: a worker may have died with it",
            metric=seen.queue_age,
            at_least=minutes * 60,
            periods=3,
        ),
        Symptom(
            heading="airflow-import-errors",
            what="A DAG file cannot be imported: its DAGs no longer run",
            metric=seen.import_errors,
            at_least=1,
            periods=2,
        ),
        Symptom(
            heading="airflow-dags-missing",
            what="Airflow finds no DAG at all: the release did not arrive",
            metric=seen.dags,
            below=1,
            periods=6,
        ),
        Symptom(
            heading="airflow-task-lost",
            what="Airflow gave up tasks whose worker no longer answers",
            metric=seen.lost,
            at_least=1,
        ),
    )


def _machine_symptoms(seen: _Metrics, alerts: AlertConfig) -> Sequence[Symptom]:
    full = alerts.saturation_percent
    components = (("scheduler", "Scheduler", 3), ("worker", "BaseWorker", 6), ("webserver", "WebServer", 3))
    containers = tuple(
        Symptom(
            heading=f"airflow-{name}-full",
            what=f"Airflow's {name} has used {full} % of its CPU or memory for {periods * 5} minutes",
            metric=seen.load(component),
            at_least=full,
            periods=periods,
        )
        for name, component, periods in components
    )
    return (
        *containers,
        Symptom(
            heading="airflow-database-busy",
            what=f"Airflow's own database has used {full} % of its CPU for 15 minutes",
            metric=seen.database_cpu,
            at_least=full,
            periods=3,
        ),
        Symptom(
            heading="airflow-database-memory",
            what="Airflow's own database has less than 512 MiB of memory free",
            metric=seen.database_memory,
            below=_GIB / 2,
            periods=3,
        ),
    )

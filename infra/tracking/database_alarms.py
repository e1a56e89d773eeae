"""Alarms and graphs of MLflow's PostgreSQL database."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.config.alert_config import AlertConfig
from infra.config.service_config import TrackingConfig
from infra.names import PlatformNames
from infra.observability.metrics import metric
from infra.observability.section import Graph, MetricAlarm, Section

_GIB = 1024**3

#: Memory of size `large` in GiB by family; other sizes are fractions and multiples of it
#: (RDS user guide, "Hardware specifications for DB instance classes", read 2026-11-24).
_LARGE_GIB = {"t": 8, "m": 8, "r": 16}
_SIZES = {"micro": 1 / 8, "small": 1 / 4, "medium": 1 / 2, "large": 1.0, "xlarge": 2.0}

#: RDS allows one PostgreSQL connection per this many bytes of memory, 5,000 at most
#: (RDS user guide, "Quotas and constraints").
_BYTES_PER_CONNECTION = 9_531_392

#: PostgreSQL stops at two billion; AWS advises to act at one billion
#: ("early warning system for transaction ID wraparound", AWS blog).
_TRANSACTION_IDS = 1_000_000_000

#: The metric of fatal errors in the database log; a metric filter of the observability stack publishes it.
FATAL_ERRORS = "DatabaseFatalErrors"


def memory_gib(database_class: str) -> float:
    """The memory in GiB of a database class such as `t4g.small`."""
    family, size = database_class.split(".")
    factor = _SIZES[size] if size in _SIZES else 2.0 * int(size.removesuffix("xlarge"))
    return _LARGE_GIB[family[0]] * factor


def maximum_connections(database_class: str) -> int:
    """The default `max_connections` of RDS for PostgreSQL on a database class."""
    return min(int(memory_gib(database_class) * _GIB / _BYTES_PER_CONNECTION), 5000)


class _Metrics:
    """The metrics of the database (RDS user guide, "Amazon CloudWatch metrics for Amazon RDS", read 2026-11-24)."""

    def __init__(self, names: PlatformNames) -> None:
        self._instance = names.resource("tracking")
        self.cpu = self.instance_metric("CPUUtilization", "Average")
        self.connections = self.instance_metric("DatabaseConnections", "Maximum")
        self.storage = self.instance_metric("FreeStorageSpace", "Minimum")
        self.memory = self.instance_metric("FreeableMemory", "Minimum")
        self.disk_queue = self.instance_metric("DiskQueueDepth", "Average")
        self.read, self.write = (
            self.instance_metric("ReadLatency", "Average"),
            self.instance_metric("WriteLatency", "Average"),
        )
        self.transactions = self.instance_metric("MaximumUsedTransactionIDs", "Maximum")
        self.fatal = metric(names.metric_namespace, FATAL_ERRORS, "Sum", {})

    def instance_metric(self, name: str, statistic: str) -> cloudwatch.Metric:
        """A metric of the instance."""
        return metric("AWS/RDS", name, statistic, {"DBInstanceIdentifier": self._instance})


def database_section(names: PlatformNames, alerts: AlertConfig, tracking: TrackingConfig) -> Section:
    """The database: storage, memory, connections, CPU, disk, transaction ids and fatal errors."""
    metrics = _Metrics(names)
    return Section(
        title="MLflow's database",
        headline=metrics.storage,
        alarms=(*_capacity_alarms(metrics, alerts, tracking), *_work_alarms(metrics, alerts)),
        graphs=_graphs(metrics),
    )


def _graphs(metrics: _Metrics) -> Sequence[Graph]:
    return (
        Graph(title="CPU, %", left=[metrics.cpu], limits=["database-cpu-high"]),
        Graph(title="Connections", left=[metrics.connections], limits=["database-connections-high"]),
        Graph(title="Free storage, bytes", left=[metrics.storage], limits=["database-storage-low"]),
        Graph(title="Free memory, bytes", left=[metrics.memory], limits=["database-memory-low"]),
        Graph(title="Seconds to read, to write", left=[metrics.read, metrics.write]),
        Graph(title="Disk operations waiting", left=[metrics.disk_queue], limits=["database-disk-slow"]),
        Graph(title="Transaction ids in use", left=[metrics.transactions], limits=["database-transaction-ids"]),
        Graph(title="Fatal errors in the log", left=[metrics.fatal], limits=["database-fatal-errors"]),
    )


def _capacity_alarms(metrics: _Metrics, alerts: AlertConfig, tracking: TrackingConfig) -> Sequence[MetricAlarm]:
    free, share = alerts.free_storage_percent, alerts.connections_percent
    memory = memory_gib(tracking.database_class) * _GIB
    connections = maximum_connections(tracking.database_class)
    return (
        MetricAlarm("database-storage-low", f"MLflow's database has less than {free} % of its first storage free",
                    metrics.storage, below=tracking.database_gb * _GIB * free / 100),
        MetricAlarm("database-memory-low",
                    "MLflow's database has had less than a tenth of its memory free for 30 minutes",
                    metrics.memory, below=memory / 10, periods=6),
        MetricAlarm("database-connections-high",
                    f"MLflow's database has had {share} % of the connections it can have for 15 minutes",
                    metrics.connections, at_least=connections * share // 100, periods=3),
    )  # fmt: skip


def _work_alarms(metrics: _Metrics, alerts: AlertConfig) -> Sequence[MetricAlarm]:
    return (
        MetricAlarm("database-cpu-high",
                    f"MLflow's database has used {alerts.saturation_percent} % of its CPU for 30 minutes",
                    metrics.cpu, at_least=alerts.saturation_percent, periods=6),
        MetricAlarm("database-disk-slow",
                    "{limit} disk operations of MLflow's database have been waiting for 15 minutes",
                    metrics.disk_queue, at_least=20, periods=3),
        MetricAlarm("database-transaction-ids",
                    "MLflow's database has used half of its transaction ids: vacuum does not keep up",
                    metrics.transactions, at_least=_TRANSACTION_IDS),
        MetricAlarm("database-fatal-errors", "MLflow's database refused or lost {limit} connections in 5 minutes",
                    metrics.fatal, at_least=5),
    )  # fmt: skip

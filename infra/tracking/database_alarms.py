"""What is seen of MLflow's PostgreSQL."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.config.alert_config import AlertConfig
from infra.config.service_config import TrackingConfig
from infra.names import PlatformNames
from infra.observability.metrics import metric
from infra.observability.section import Graph, Section, Symptom
from jobs.contracts.metrics import metric_namespace

_GIB = 1024**3

#: Memory of size `large` by family; the sizes below and above are fractions and multiples of it
#: (RDS user guide, "Hardware specifications for DB instance classes", read 2026-11-24).
_LARGE_GIB = {"t": 8, "m": 8, "r": 16}
_SIZES = {"micro": 1 / 8, "small": 1 / 4, "medium": 1 / 2, "large": 1.0, "xlarge": 2.0}

#: RDS lets PostgreSQL have one connection for so many bytes, 5,000 at most (RDS user guide, "Quotas and constraints").
_BYTES_PER_CONNECTION = 9_531_392

#: Two billion is the end; AWS advises to act at one ("early warning system for transaction ID wraparound", AWS blog).
_TRANSACTION_IDS = 1_000_000_000

#: The counter of the log's fatal errors, written by a metric filter of this stack.
FATAL_ERRORS = "DatabaseFatalErrors"


def memory_gib(database_class: str) -> float:
    """The memory of a database class such as `t4g.small`."""
    family, size = database_class.split(".")
    factor = _SIZES[size] if size in _SIZES else 2.0 * int(size.removesuffix("xlarge"))
    return _LARGE_GIB[family[0]] * factor


def most_connections(database_class: str) -> int:
    """How many connections RDS lets a PostgreSQL of this class have when nobody says otherwise."""
    return min(int(memory_gib(database_class) * _GIB / _BYTES_PER_CONNECTION), 5000)


class _Metrics:
    """The metrics of the database (RDS user guide, "Amazon CloudWatch metrics for Amazon RDS", read 2026-11-24)."""

    def __init__(self, names: PlatformNames) -> None:
        self._instance = names.resource("tracking")
        self.cpu = self.of("CPUUtilization", "Average")
        self.connections = self.of("DatabaseConnections", "Maximum")
        self.storage = self.of("FreeStorageSpace", "Minimum")
        self.memory = self.of("FreeableMemory", "Minimum")
        self.disk_queue = self.of("DiskQueueDepth", "Average")
        self.read, self.write = self.of("ReadLatency", "Average"), self.of("WriteLatency", "Average")
        self.transactions = self.of("MaximumUsedTransactionIDs", "Maximum")
        self.fatal = metric(metric_namespace(names.environment), FATAL_ERRORS, "Sum", {})

    def of(self, name: str, statistic: str) -> cloudwatch.Metric:
        """A metric of the instance."""
        return metric("AWS/RDS", name, statistic, {"DBInstanceIdentifier": self._instance})


def database_section(names: PlatformNames, alerts: AlertConfig, tracking: TrackingConfig) -> Section:
    """The database: room, memory, connections, disk, age of transactions, errors in its log."""
    seen = _Metrics(names)
    return Section(
        title="MLflow's database",
        vital=seen.storage,
        symptoms=(*_room_symptoms(seen, alerts, tracking), *_work_symptoms(seen, alerts)),
        graphs=_graphs(seen),
    )


def _graphs(seen: _Metrics) -> Sequence[Graph]:
    return (
        Graph(title="CPU, %", left=[seen.cpu], limits=["database-cpu-high"]),
        Graph(title="Connections", left=[seen.connections], limits=["database-connections-high"]),
        Graph(title="Free storage, bytes", left=[seen.storage], limits=["database-storage-low"]),
        Graph(title="Free memory, bytes", left=[seen.memory], limits=["database-memory-low"]),
        Graph(title="Seconds to read, to write", left=[seen.read, seen.write]),
        Graph(title="Disk operations waiting", left=[seen.disk_queue], limits=["database-disk-slow"]),
        Graph(title="Transaction ids in use", left=[seen.transactions], limits=["database-transaction-ids"]),
        Graph(title="Fatal errors in the log", left=[seen.fatal], limits=["database-fatal-errors"]),
    )


def _room_symptoms(seen: _Metrics, alerts: AlertConfig, tracking: TrackingConfig) -> Sequence[Symptom]:
    free, share = alerts.free_storage_percent, alerts.connections_percent
    memory = memory_gib(tracking.database_class) * _GIB
    return (
        Symptom(
            heading="database-storage-low",
            what=f"MLflow's database has less than {free} % of its first storage free",
            metric=seen.storage,
            below=tracking.database_gb * _GIB * free / 100,
        ),
        Symptom(
            heading="database-memory-low",
            what="MLflow's database has had less than a tenth of its memory free for 30 minutes",
            metric=seen.memory,
            below=memory / 10,
            periods=6,
        ),
        Symptom(
            heading="database-connections-high",
            what=f"MLflow's database has had {share} % of the connections it can have for 15 minutes",
            metric=seen.connections,
            at_least=most_connections(tracking.database_class) * share // 100,
            periods=3,
        ),
    )


def _work_symptoms(seen: _Metrics, alerts: AlertConfig) -> Sequence[Symptom]:
    return (
        Symptom(
            heading="database-cpu-high",
            what=f"MLflow's database has used {alerts.saturation_percent} % of its CPU for 30 minutes",
            metric=seen.cpu,
            at_least=alerts.saturation_percent,
            periods=6,
        ),
        Symptom(
            heading="database-disk-slow",
            what="At least 20 disk operations of MLflow's database have been waiting for 15 minutes",
            metric=seen.disk_queue,
            at_least=20,
            periods=3,
        ),
        Symptom(
            heading="database-transaction-ids",
            what="MLflow's database has used half of its transaction ids: vacuum does not keep up",
            metric=seen.transactions,
            at_least=_TRANSACTION_IDS,
        ),
        Symptom(
            heading="database-fatal-errors",
            what="MLflow's database refused or lost at least 5 connections in 5 minutes",
            metric=seen.fatal,
            at_least=5,
        ),
    )

"""Report of a Spark job: rows per table, broken rules, treatments and snapshots."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Self


@dataclass(frozen=True, kw_only=True)
class TableReport:
    """Rows that a job read, quarantined and wrote for one table, and the snapshot it committed."""

    table: str
    rows_in: int
    rows_out: int
    snapshot_id: int
    rows_quarantined: int = 0
    rules: Mapping[str, int] = field(default_factory=dict)
    ignored_columns: tuple[str, ...] = ()
    """Columns of landed files that the contract does not name."""

    @classmethod
    def of(cls, table: str, rows: int, snapshot_id: int) -> Self:
        """The report of a table without quarantined rows."""
        return cls(table=table, rows_in=rows, rows_out=rows, snapshot_id=snapshot_id)


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """How many rows had the value of a column replaced or set to null, and how."""

    column: str
    treatment: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class JobResult:
    """The result of a job, from which its report is written."""

    tables: tuple[TableReport, ...]
    treatments: tuple[Treatment, ...] = ()

    def to_json(self, *, job: str, run_id: str, seconds: float) -> dict[str, object]:
        """The report as it is stored in the artifacts bucket."""
        return {"job": job, "run_id": run_id, "seconds": round(seconds, 2), **asdict(self)}

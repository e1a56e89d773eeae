"""What a job did, as numbers: rows in, quarantined and out per table, rules, treatments and snapshots."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Self


@dataclass(frozen=True, kw_only=True)
class TableReport:
    """One table as a job left it."""

    table: str
    rows_in: int
    rows_out: int
    snapshot_id: int
    rows_quarantined: int = 0
    rules: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, table: str, rows: int, snapshot_id: int) -> Self:
        """A table of which no row was quarantined."""
        return cls(table=table, rows_in=rows, rows_out=rows, snapshot_id=snapshot_id)


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """How many rows had a value of a column replaced or declared unknown."""

    column: str
    treatment: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class Work:
    """The outcome of a job."""

    tables: tuple[TableReport, ...]
    treatments: tuple[Treatment, ...] = ()

    def to_json(self, *, job: str, run_id: str, seconds: float) -> dict[str, object]:
        """The report as it is stored beside the run's artifacts."""
        return {"job": job, "run_id": run_id, "seconds": round(seconds, 2), **asdict(self)}

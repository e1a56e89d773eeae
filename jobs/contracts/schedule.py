"""When the DAGs of a pipeline run, and which partitions a run takes in."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from jobs.contracts.partitions import Partitions, Span
from jobs.contracts.tables import ContractError

_FIELD = re.compile(r"[\d*/,\-A-Za-z#?]+")
_FIELDS = 5


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Cron expressions of the DAGs, and the rule from the date of a run to its partitions."""

    data: str
    """Cron expression of the data DAG, in the time zone of the partitions."""
    training: str | None = None
    """Cron expression of the training DAG; None starts it after every run of the data DAG."""
    scoring: str | None = None
    """Cron expression of the scoring DAG; None starts it after every run of the data DAG."""
    start: date
    """The first date for which runs are scheduled."""
    catchup: bool = False
    """Whether Airflow runs the data DAG for every date since `start` that has not run."""
    lag: int = 1
    """The newest partition of a run is this many partitions before the one that contains the run's date."""
    reload: int = 1
    """How many partitions each run of the data DAG takes in, the newest and those before it, so that corrections and
    late labels reach the tables."""
    pinned: date | None = None
    """Takes the place of the date of every run, for example data that ended long ago."""

    def __post_init__(self) -> None:
        for name in ("data", "training", "scoring"):
            cron = getattr(self, name)
            parts = (cron or "").split()
            if cron is not None and (len(parts) != _FIELDS or not all(_FIELD.fullmatch(part) for part in parts)):
                raise ContractError(
                    f"schedule {name} {cron!r}: allowed is a cron expression of five fields, such as '0 4 2 * *'"
                )
        if self.lag < 0:
            raise ContractError(f"schedule lag {self.lag}: allowed is 0 or more partitions")
        if self.reload < 1:
            raise ContractError(f"schedule reload {self.reload}: allowed is 1 or more partitions")

    def newest(self, partitions: Partitions, logical: datetime) -> str:
        """The newest partition of a run with this logical date, which must have a time zone."""
        zone = ZoneInfo(partitions.time_zone)
        moment = datetime.combine(self.pinned, time(), tzinfo=zone) if self.pinned else logical
        return partitions.shift(partitions.containing(moment), -self.lag)

    def loaded(self, partitions: Partitions, newest: str) -> Span:
        """The partitions that a run of the data DAG takes in when `newest` is the newest one."""
        return Span(partitions.shift(newest, 1 - self.reload), newest)

"""Partitions of time in which a pipeline's data arrives and is replaced: hours, days, ISO weeks or months."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from jobs.contracts.tables import ContractError


class Grain(StrEnum):
    """The length of a partition."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_PATTERNS = {
    Grain.HOUR: r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])",
    Grain.DAY: r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    Grain.WEEK: r"\d{4}-W(0[1-9]|[1-4]\d|5[0-3])",
    Grain.MONTH: r"\d{4}-(0[1-9]|1[0-2])",
}
_EXAMPLES = {
    Grain.HOUR: "YYYY-MM-DDTHH, for example 2013-01-31T05",
    Grain.DAY: "YYYY-MM-DD, for example 2013-01-31",
    Grain.WEEK: "an ISO week YYYY-Www, for example 2013-W05",
    Grain.MONTH: "YYYY-MM, for example 2013-01",
}
_LENGTHS = {Grain.HOUR: timedelta(hours=1), Grain.DAY: timedelta(days=1), Grain.WEEK: timedelta(weeks=1)}


@dataclass(frozen=True)
class Span:
    """Consecutive partitions from first to last, both included; its text is `first:last`."""

    first: str
    last: str

    def __str__(self) -> str:
        return f"{self.first}:{self.last}"


@dataclass(frozen=True, kw_only=True)
class Partitions:
    """The grain of a pipeline's partitions, the time zone in which they begin, and the column that names them.

    A partition is a text such as `2013-01`; texts of one grain sort in the order of time.
    """

    grain: Grain
    time_zone: str = "UTC"
    column: str = ""
    """The partition column of tables; the name of the grain if empty."""

    def __post_init__(self) -> None:
        if self.grain not in list(Grain):
            raise ContractError(f"grain {self.grain!r}: allowed are {[str(grain) for grain in Grain]}")
        object.__setattr__(self, "column", self.column or str(self.grain))
        if not self.column.isidentifier() or self.column != self.column.lower():
            raise ContractError(f"partition column {self.column!r}: allowed are lower-case identifiers")
        if self.grain is Grain.HOUR and self.time_zone != "UTC":
            raise ContractError(
                f"partitions of hours in time zone {self.time_zone}: allowed is UTC, because a local hour repeats when "
                "daylight saving ends"
            )
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError) as error:
            raise ContractError(
                f"time zone {self.time_zone!r}: allowed is an IANA name such as Europe/Madrid or UTC"
            ) from error

    @property
    def pattern(self) -> str:
        """A regular expression that matches one partition as a whole."""
        return f"^{_PATTERNS[self.grain]}$"

    @property
    def span_pattern(self) -> str:
        """A regular expression that matches a span `first:last` as a whole."""
        return f"^{_PATTERNS[self.grain]}:{_PATTERNS[self.grain]}$"

    def parse(self, text: str) -> str:
        """The partition as it was given; raises ContractError unless it has the form of the grain and exists."""
        if re.fullmatch(_PATTERNS[self.grain], text):
            try:
                self._local_start(text)
            except ValueError:
                pass
            else:
                return text
        raise ContractError(f"{self.grain} {text!r}: allowed is {_EXAMPLES[self.grain]}")

    def span(self, text: str) -> Span:
        """The span of a text `first:last`, or of one partition; raises ContractError if it ends before it begins."""
        first, _, last = text.partition(":")
        span = Span(self.parse(first), self.parse(last or first))
        if span.first > span.last:
            raise ContractError(f"{self.grain}s {first} to {last}: the first must not be after the last")
        return span

    def range(self, first: str, last: str) -> tuple[str, ...]:
        """All partitions from first to last, both included."""
        span = self.span(f"{first}:{last}")
        found = [span.first]
        while found[-1] < span.last:
            found.append(self.shift(found[-1], 1))
        return tuple(found)

    def shift(self, partition: str, steps: int) -> str:
        """The partition this many steps later, or earlier if negative."""
        start = self._local_start(partition)
        if self.grain is Grain.MONTH:
            index = start.year * 12 + start.month - 1 + steps
            return f"{index // 12:04d}-{index % 12 + 1:02d}"
        return self._text(start + steps * _LENGTHS[self.grain])

    def start(self, partition: str) -> datetime:
        """The instant at which the partition begins, in UTC."""
        return self._local_start(partition).replace(tzinfo=ZoneInfo(self.time_zone)).astimezone(UTC)

    def end(self, partition: str) -> datetime:
        """The instant at which the next partition begins, in UTC."""
        return self.start(self.shift(partition, 1))

    def containing(self, instant: datetime) -> str:
        """The partition that contains an instant, which must have a time zone."""
        return self._text(instant.astimezone(ZoneInfo(self.time_zone)).replace(tzinfo=None))

    def _local_start(self, partition: str) -> datetime:
        match self.grain:
            case Grain.HOUR:
                return datetime.strptime(partition, "%Y-%m-%dT%H")
            case Grain.DAY:
                return datetime.combine(date.fromisoformat(partition), time())
            case Grain.WEEK:
                year, week = partition.split("-W")
                return datetime.combine(date.fromisocalendar(int(year), int(week), 1), time())
            case Grain.MONTH:
                return datetime(int(partition[:4]), int(partition[5:]), 1)

    def _text(self, local: datetime) -> str:
        match self.grain:
            case Grain.HOUR:
                return f"{local:%Y-%m-%dT%H}"
            case Grain.DAY:
                return f"{local:%Y-%m-%d}"
            case Grain.WEEK:
                year, week, _ = local.isocalendar()
                return f"{year:04d}-W{week:02d}"
            case Grain.MONTH:
                return f"{local:%Y-%m}"

    @classmethod
    def monthly(cls, time_zone: str = "UTC") -> Self:
        """Partitions of calendar months."""
        return cls(grain=Grain.MONTH, time_zone=time_zone)

    @classmethod
    def daily(cls, time_zone: str = "UTC") -> Self:
        """Partitions of calendar days."""
        return cls(grain=Grain.DAY, time_zone=time_zone)

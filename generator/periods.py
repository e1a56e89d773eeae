"""Chooses partitions that all have rows, and splits by their number."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from common.errors import PlatformError
from generator.profile import Periods
from jobs.contracts.partitions import Grain, Partitions
from jobs.contracts.schedule import Schedule
from jobs.contracts.splits import Splits

#: The coarsest grain is best for a start: it needs the fewest runs and its partitions have the most rows.
_GRAINS = (Grain.MONTH, Grain.WEEK, Grain.DAY, Grain.HOUR)
_LEAST = 8
#: Of the partitions, for validation and for the test each.
_SHARE = 0.15


def find_periods(times: Sequence[datetime], *, grain: Grain | None, taken: Iterable[str], path: str) -> Periods:
    """The given grain, or the coarsest with enough partitions; raises PlatformError if partitions lack rows."""
    grains = [grain] if grain else _GRAINS
    reasons = []
    for each in grains:
        column = str(each) if str(each) not in taken else f"{each}_partition"
        partitions = Partitions(grain=each, column=column)
        held = {partitions.containing(time) for time in times}
        first, last = min(held), max(held)
        names = partitions.range(first, last)
        empty = [name for name in names if name not in held]
        if len(names) >= _LEAST and not empty:
            return _periods(partitions, names)
        reasons.append(f"{len(names)} {each}s" + (f", {len(empty)} of them without rows" if empty else ""))
    raise PlatformError(
        f"--from {path}: the times span {'; '.join(reasons)}; splits need {_LEAST} or more hours, days, weeks or "
        "months in sequence that all have rows"
    )


def _periods(partitions: Partitions, names: Sequence[str]) -> Periods:
    held_out = max(1, round(len(names) * _SHARE))
    pinned, lag = _pinned(partitions, names[-1])
    return Periods(
        partitions=partitions,
        first=names[0],
        last=names[-1],
        splits=Splits(train=len(names) - 2 * held_out, validation=held_out, test=held_out),
        pinned=pinned.isoformat(),
        lag=lag,
    )


def _pinned(partitions: Partitions, last: str) -> tuple[date, int]:
    """A date after the last partition, and how many partitions before that date the last one is."""
    day = partitions.end(last).astimezone(ZoneInfo(partitions.time_zone)).date()
    day += timedelta(days=1) if partitions.grain is Grain.HOUR else timedelta()
    schedule = Schedule(data="0 0 * * *", start=day, pinned=day, lag=0)
    current, lag = schedule.newest(partitions, datetime.now(UTC)), 0
    while current > last:
        current, lag = partitions.shift(current, -1), lag + 1
    return day, lag

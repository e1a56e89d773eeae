"""Chooses partitions that all have rows, and splits by their number."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from common.errors import PlatformError
from generator.profile import Periods
from jobs.contracts.goals import CONFIDENT_DAYS
from jobs.contracts.partitions import Grain, Partitions
from jobs.contracts.schedule import Schedule
from jobs.contracts.splits import Splits

#: The coarsest grain is best for a start: it needs the fewest runs and its partitions have the most rows.
_GRAINS = (Grain.MONTH, Grain.WEEK, Grain.DAY, Grain.HOUR)
#: Of the partitions, for validation and for the test each.
_SHARE = 0.15
#: The validation split is cut into this many folds.
_FOLDS = 3
#: The shortest test split of each grain, in partitions.
_LEAST_TEST: Mapping[Grain, int] = {
    Grain.MONTH: 1,
    Grain.WEEK: 1,
    Grain.DAY: CONFIDENT_DAYS,
    Grain.HOUR: 24 * CONFIDENT_DAYS,
}
#: The fewest partitions of each grain, of which half are for training.
_LEAST = {grain: 2 * (test + _FOLDS) for grain, test in _LEAST_TEST.items()}


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
        if len(names) >= _LEAST[each] and not empty:
            return _periods(partitions, names)
        reasons.append(f"{len(names)} {each}s" + (f", {len(empty)} of them without rows" if empty else ""))
    raise PlatformError(
        f"--from {path}: the times span {'; '.join(reasons)}; splits need "
        f"{' or '.join(f'{_LEAST[each]} {each}s' for each in grains)} in sequence that all have rows"
    )


def _periods(partitions: Partitions, names: Sequence[str]) -> Periods:
    share = round(len(names) * _SHARE)
    test, validation = max(_LEAST_TEST[partitions.grain], share), max(_FOLDS, share)
    pinned, lag = _pinned(partitions, names[-1])
    return Periods(
        partitions=partitions,
        first=names[0],
        last=names[-1],
        splits=Splits(train=len(names) - validation - test, validation=validation, test=test, folds=_FOLDS),
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

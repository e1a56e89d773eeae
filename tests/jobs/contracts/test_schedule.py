from datetime import UTC, date, datetime

import pytest

from jobs.contracts.partitions import Partitions, Span
from jobs.contracts.schedule import Schedule
from jobs.contracts.tables import ContractError

MONTHS = Partitions.monthly("America/New_York")
MONTHLY = Schedule(data="0 4 2 * *", start=date(2026, 1, 1), reload=2)


def test_the_newest_partition_follows_from_the_date_of_the_run() -> None:
    assert MONTHLY.newest(MONTHS, datetime(2026, 3, 2, 4, tzinfo=UTC)) == "2026-02"
    # Still the last evening of February in New York.
    assert MONTHLY.newest(MONTHS, datetime(2026, 3, 1, 4, tzinfo=UTC)) == "2026-01"


def test_a_pinned_date_takes_the_place_of_the_date_of_the_run() -> None:
    pinned = Schedule(data="0 4 2 * *", start=date(2026, 1, 1), pinned=date(2014, 1, 2))
    assert pinned.newest(MONTHS, datetime(2026, 3, 2, tzinfo=UTC)) == "2013-12"


def test_a_run_takes_in_the_newest_partition_and_those_before_it() -> None:
    assert MONTHLY.loaded(MONTHS, "2026-01") == Span("2025-12", "2026-01")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"data": "monthly"}, "schedule data 'monthly': allowed is a cron expression of five fields"),
        ({"training": "0 4 * *"}, "schedule training '0 4 \\* \\*': allowed"),
        ({"lag": -1}, "schedule lag -1"),
        ({"reload": 0}, "schedule reload 0"),
    ],
)
def test_an_impossible_schedule_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ContractError, match=message):
        Schedule(**{"data": "0 4 2 * *", "start": date(2026, 1, 1), **change})  # type: ignore[arg-type]


@pytest.mark.parametrize("time_zone", ["Pacific/Auckland", "America/New_York", "UTC"])
def test_a_pinned_date_is_a_date_in_the_time_zone_of_the_partitions(time_zone: str) -> None:
    pinned = Schedule(data="0 4 * * *", start=date(2026, 1, 1), lag=0, pinned=date(2025, 6, 30))

    assert pinned.newest(Partitions.daily(time_zone), datetime(2026, 3, 2, tzinfo=UTC)) == "2025-06-30"

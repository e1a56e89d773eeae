from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.contracts.partitions import Grain, Partitions
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.schedule import Schedule
from jobs.contracts.timeliness import closed, due, live_since
from tests.sample_pipelines import READINGS, sample_pipeline

ZONE = "America/New_York"


def _pipeline(grain: Grain = Grain.DAY, *, lag: int = 1, reload: int = 1, delay: int = 0) -> Pipeline:
    return replace(
        sample_pipeline(),
        partitions=Partitions(grain=grain, time_zone="UTC" if grain is Grain.HOUR else ZONE),
        sources=(replace(READINGS, delay=delay),),
        schedule=Schedule(data="0 4 * * *", start=date(2026, 1, 1), lag=lag, reload=reload),
    )


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, "2026-01-13T05:00"),
        ({"lag": 0}, "2026-01-12T05:00"),
        ({"reload": 3}, "2026-01-15T05:00"),
        ({"delay": 2}, "2026-01-15T05:00"),
        ({"grain": Grain.MONTH}, "2026-04-01T04:00"),
    ],
)
def test_a_record_is_due_a_partition_after_the_last_run_that_takes_it_in(
    rule: dict[str, object], expected: str
) -> None:
    """The day of the event time is 10 January in New York; the run of the 11th takes it in, the 12th is the grace."""
    event_time = datetime(2026, 1, 11, 4, 59, tzinfo=UTC)

    assert due(_pipeline(**rule), event_time) == datetime.fromisoformat(f"{expected}:00Z")  # type: ignore[arg-type]


def test_data_are_live_from_local_midnight_of_the_start_unless_the_schedule_is_pinned() -> None:
    pipeline = _pipeline()

    assert live_since(pipeline) == datetime(2026, 1, 1, 5, tzinfo=UTC)
    pinned = replace(pipeline, schedule=replace(pipeline.schedule, pinned=date(2026, 5, 1)))
    assert live_since(pinned) is None
    assert closed(pinned, datetime(2027, 1, 1, tzinfo=UTC)) is None
    assert closed(pipeline, datetime(2026, 1, 2, tzinfo=UTC)) is None


@given(
    grain=st.sampled_from(list(Grain)),
    lag=st.integers(0, 3),
    reload=st.integers(1, 3),
    now=st.datetimes(datetime(2026, 3, 1), datetime(2026, 12, 1), timezones=st.just(UTC)),
    hours=st.integers(-3000, 300),
)
def test_exactly_the_records_past_their_due_time_are_closed(
    grain: Grain, lag: int, reload: int, now: datetime, hours: int
) -> None:
    pipeline = _pipeline(grain, lag=lag, reload=reload)
    event_time = now + timedelta(hours=hours)

    found = closed(pipeline, now)

    is_closed = found is not None and found[0] <= event_time < found[1]
    assert is_closed == (
        event_time >= datetime(2026, 1, 1, 0 if grain is Grain.HOUR else 5, tzinfo=UTC)
        and due(pipeline, event_time) <= now
    )

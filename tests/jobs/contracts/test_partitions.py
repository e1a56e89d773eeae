from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.contracts.partitions import Grain, Partitions, Span
from jobs.contracts.tables import ContractError

_INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
_PARTITIONS = st.sampled_from(
    [
        Partitions(grain=Grain.HOUR),
        *(
            Partitions(grain=grain, time_zone=zone)
            for grain in (Grain.DAY, Grain.WEEK, Grain.MONTH)
            for zone in ("UTC", "America/New_York", "Asia/Tokyo", "Europe/Berlin")
        ),
    ]
)


@given(_PARTITIONS, _INSTANTS)
def test_an_instant_lies_in_its_partition(partitions: Partitions, instant: datetime) -> None:
    partition = partitions.containing(instant)

    assert partitions.parse(partition) == partition
    assert partitions.start(partition) <= instant < partitions.end(partition)


@given(_PARTITIONS, _INSTANTS, st.integers(-60, 60))
def test_shifts_keep_the_order_of_texts_and_lead_back(partitions: Partitions, instant: datetime, steps: int) -> None:
    partition = partitions.containing(instant)
    shifted = partitions.shift(partition, steps)

    assert (shifted > partition) == (steps > 0)
    assert partitions.shift(shifted, -steps) == partition
    first, last = min(partition, shifted), max(partition, shifted)
    assert len(partitions.range(first, last)) == abs(steps) + 1


@pytest.mark.parametrize(
    ("grain", "text", "allowed"),
    [
        (Grain.MONTH, "2013-13", "month '2013-13': allowed is YYYY-MM"),
        (Grain.MONTH, "2013-01-01", "allowed is YYYY-MM"),
        (Grain.DAY, "2013-02-30", "day '2013-02-30': allowed is YYYY-MM-DD"),
        (Grain.WEEK, "2013-W53", "week '2013-W53': allowed is an ISO week"),
        (Grain.HOUR, "2013-01-01T24", "hour '2013-01-01T24': allowed is YYYY-MM-DDTHH"),
    ],
)
def test_a_text_of_another_form_or_day_is_refused(grain: Grain, text: str, allowed: str) -> None:
    with pytest.raises(ContractError, match=allowed):
        Partitions(grain=grain).parse(text)


def test_a_day_of_local_time_has_23_hours_when_daylight_saving_begins() -> None:
    days = Partitions.daily("America/New_York")

    assert days.end("2013-03-10") - days.start("2013-03-10") == timedelta(hours=23)


def test_spans_have_a_text_and_an_order() -> None:
    months = Partitions.monthly()

    assert months.span("2012-11:2013-02") == Span("2012-11", "2013-02")
    assert str(months.span("2013-01")) == "2013-01:2013-01"
    with pytest.raises(ContractError, match="months 2013-02 to 2013-01: the first must not be after the last"):
        months.span("2013-02:2013-01")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"grain": "year"}, "grain 'year': allowed are"),
        ({"grain": Grain.DAY, "time_zone": "Mars/Base"}, "time zone 'Mars/Base': allowed is an IANA name"),
        ({"grain": Grain.HOUR, "time_zone": "Europe/Berlin"}, "a local hour repeats"),
        ({"grain": Grain.DAY, "column": "Day"}, "partition column 'Day': allowed are lower-case identifiers"),
    ],
)
def test_partitions_that_cannot_be_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ContractError, match=message):
        Partitions(**changes)  # type: ignore[arg-type]

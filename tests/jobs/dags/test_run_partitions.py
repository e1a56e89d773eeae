"""The partitions of a run: by its parameters, by the event that triggered it, by its date."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from jobs.contracts.tables import ContractError
from jobs.dags.run_partitions import RunPartitions
from tests.sample_pipelines import pinned_pipeline, sample_pipeline

DATE = datetime(2026, 2, 11, 4, tzinfo=UTC)
SCHEDULED = SimpleNamespace(logical_date=DATE, run_after=DATE)
#: A run that an event started has no logical date.
TRIGGERED = SimpleNamespace(logical_date=None, run_after=DATE)
NO_SPLITS = {"train": "", "validation": "", "test": ""}
METERS = RunPartitions(sample_pipeline())


def events(*newest: str | None) -> dict[str, Any]:
    return {"meters": [SimpleNamespace(extra={"newest": each} if each else {}) for each in newest]}


def loaded(partitions: RunPartitions, first: str = "", last: str = "") -> str:
    return ":".join(partitions.loaded({"first": first, "last": last}, SCHEDULED, {}).values())


def test_data_are_loaded_as_the_schedule_says() -> None:
    pipeline = sample_pipeline()
    again = RunPartitions(replace(pipeline, schedule=replace(pipeline.schedule, reload=3)))
    assert loaded(METERS) == "2026-02-10:2026-02-10"
    assert loaded(again) == "2026-02-08:2026-02-10"


def test_parameters_replace_the_ends_of_what_is_loaded() -> None:
    assert loaded(METERS, last="2026-01-05") == "2026-01-05:2026-01-05"
    assert loaded(METERS, first="2026-02-01") == "2026-02-01:2026-02-10"
    assert loaded(METERS, "2026-01-01", "2026-01-05") == "2026-01-01:2026-01-05"


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [("", "2026-02-30", "day '2026-02-30': allowed is"), ("2026-02-11", "", "the first must not be after the last")],
)
def test_partitions_that_do_not_exist_are_refused(first: str, last: str, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        loaded(METERS, first, last)


def test_splits_end_with_the_newest_partition() -> None:
    assert METERS.splits(NO_SPLITS, SCHEDULED, {})["test"] == "2026-02-09:2026-02-10"
    assert METERS.splits(NO_SPLITS, SCHEDULED, {})["validation"] == "2026-02-08:2026-02-08"
    assert METERS.splits(NO_SPLITS, SCHEDULED, {})["train"] == "2026-02-03:2026-02-07"


def test_late_labels_shift_the_splits_but_not_what_is_scored() -> None:
    pipeline = sample_pipeline()
    late = RunPartitions(replace(pipeline, model=replace(pipeline.model, label_delay=7)))
    assert late.splits(NO_SPLITS, SCHEDULED, {})["test"] == "2026-02-02:2026-02-03"
    assert late.scored({"score": ""}, SCHEDULED, {}) == {"score": "2026-02-10"}


def test_a_parameter_replaces_one_split_and_must_not_overlap_the_others() -> None:
    params = {**NO_SPLITS, "train": "2026-01-01:2026-01-31"}
    assert METERS.splits(params, SCHEDULED, {})["train"] == "2026-01-01:2026-01-31"
    assert METERS.splits(params, SCHEDULED, {})["test"] == "2026-02-09:2026-02-10"
    overlapping = {**NO_SPLITS, "train": "2026-01-01:2026-02-08"}
    with pytest.raises(ContractError, match="train must end before validation begins"):
        METERS.splits(overlapping, SCHEDULED, {})


def test_an_event_names_the_newest_partition() -> None:
    found = events("2026-01-30", "2026-01-31")
    assert METERS.scored({"score": ""}, TRIGGERED, found) == {"score": "2026-01-31"}
    assert METERS.splits(NO_SPLITS, TRIGGERED, found)["test"] == "2026-01-30:2026-01-31"
    assert METERS.scored({"score": "2026-01-15"}, TRIGGERED, found) == {"score": "2026-01-15"}


def test_without_a_date_and_an_event_the_time_of_the_run_counts() -> None:
    for found in ({}, events(None)):
        assert METERS.scored({"score": ""}, TRIGGERED, found) == {"score": "2026-02-10"}


def test_a_pinned_date_takes_the_place_of_every_date() -> None:
    pinned = RunPartitions(pinned_pipeline())
    later = SimpleNamespace(logical_date=datetime(2027, 1, 1, tzinfo=UTC), run_after=DATE)
    assert pinned.pipeline.schedule.pinned == date(2026, 1, 21)
    for run in (SCHEDULED, TRIGGERED, later):
        assert pinned.scored({"score": ""}, run, {}) == {"score": "2026-01-20"}

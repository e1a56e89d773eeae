"""Checks of the schedule, the history that a training needs, and who is notified."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from jobs.contracts.columns import TEST
from jobs.contracts.goals import CONFIDENT_DAYS
from jobs.contracts.pipeline import Pipeline
from jobs.pipeline_check.mistake import Found

#: The fields of a cron expression with their smallest and largest numbers.
_CRON = (("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 7))
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def check_schedule(pipeline: Pipeline) -> Iterator[Found]:
    """Times that do not exist, labels that never arrive, too long a history, and addresses without a domain."""
    schedule = pipeline.schedule
    for name in ("data", "training", "scoring"):
        cron = getattr(schedule, name)
        for part, (field, low, high) in zip((cron or "").split(), _CRON, strict=False):
            numbers = [int(number) for number in re.findall(r"(?<![/\dA-Za-z])\d+", part)]
            if any(not low <= number <= high for number in numbers):
                yield Found(f"schedule {name} {cron!r}: {field} {part}; allowed are {low} to {high}", (cron,))
    # A run also replaces the partitions for which delayed sources arrive.
    needed = pipeline.model.label_delay - max((source.delay for source in pipeline.sources), default=0) + 1
    if schedule.reload < needed:
        yield Found(
            f"schedule: reload {schedule.reload} with label_delay {pipeline.model.label_delay}; a run must take in "
            f"again the partition whose labels are new, so reload must be {needed} or more",
            call="Schedule",
        )
    yield from _splits(pipeline)
    for address in pipeline.alert_emails:
        if not _EMAIL.fullmatch(address):
            yield Found(f"alert_emails: {address!r}; allowed are addresses such as team@example.com", (address,))
    for name in ("description", "owner"):
        if not getattr(pipeline, name).strip():
            yield Found(f"{name} is empty; Airflow and the report show it", call="Pipeline")


def _splits(pipeline: Pipeline) -> Iterator[Found]:
    """Splits before the calendar, and a test split with too few days for an interval."""
    try:
        next_run(pipeline)
    except (ValueError, OverflowError):
        yield Found(
            f"splits: {pipeline.splits.total} partitions and label_delay {pipeline.model.label_delay} reach back "
            "before the calendar; shorten the splits",
            call="Splits",
        )
        return
    partitions = pipeline.partitions
    newest = pipeline.schedule.newest(partitions, datetime.now(UTC))
    test = pipeline.splits.spans(partitions, newest)[TEST]
    days = (partitions.end(test.last) - partitions.start(test.first)) / timedelta(days=1)
    if days < CONFIDENT_DAYS:
        yield Found(
            f"splits: the test has {days:g} days; intervals, and so the comparison with the champion, need "
            f"{CONFIDENT_DAYS} or more",
            call="Splits",
        )
    days = (partitions.end(newest) - partitions.start(newest)) / timedelta(days=1)
    for goal in pipeline.goals.goals:
        if goal.confident and partitions.column in goal.slices and days < CONFIDENT_DAYS:
            yield Found(
                f"goal for {goal.metric}: confident for each {partitions.column}; a {partitions.grain} gives no "
                f"interval, for which {CONFIDENT_DAYS} days are needed, so it is never met; leave out confident",
                call="Goal",
            )


def next_run(pipeline: Pipeline) -> dict[str, str]:
    """The partitions that a run of today takes in, learns from and predicts, as text."""
    partitions = pipeline.partitions
    newest = pipeline.schedule.newest(partitions, datetime.now(UTC))
    labelled = partitions.shift(newest, -pipeline.model.label_delay)
    spans = pipeline.splits.spans(partitions, labelled)
    # A month before the first year has a text, but no instant.
    partitions.parse(spans["train"].first)
    return {
        "takes in": str(pipeline.schedule.loaded(partitions, newest)),
        **{split: str(span) for split, span in spans.items()},
        "predicts": newest,
    }

from dataclasses import replace

import pytest

from jobs.contracts.goals import Goal
from jobs.pipeline_check.schedule_checks import check_schedule
from tests.sample_pipelines import READINGS, sample_pipeline


@pytest.mark.parametrize(
    ("label_delay", "source_delay", "reload", "is_refused"),
    [(0, 0, 1, False), (1, 0, 1, True), (1, 0, 2, False), (1, 1, 1, False), (2, 1, 1, True), (2, 1, 2, False)],
)
def test_a_run_must_reach_back_to_the_partition_whose_labels_are_new(
    label_delay: int, source_delay: int, reload: int, is_refused: bool
) -> None:
    pipeline = sample_pipeline()
    pipeline = replace(
        pipeline,
        model=replace(pipeline.model, label_delay=label_delay),
        sources=(replace(READINGS, delay=source_delay),),
        schedule=replace(pipeline.schedule, reload=reload),
    )

    assert [found.sentence for found in check_schedule(pipeline) if "reload" in found.sentence] == (
        [
            f"schedule: reload {reload} with label_delay {label_delay}; a run must take in again the partition whose "
            f"labels are new, so reload must be {label_delay - source_delay + 1} or more"
        ]
        if is_refused
        else []
    )


@pytest.mark.parametrize(("days", "is_refused"), [(6, True), (7, False)])
def test_an_interval_needs_a_week_of_test_rows(days: int, is_refused: bool) -> None:
    pipeline = sample_pipeline()
    pipeline = replace(pipeline, splits=replace(pipeline.splits, test=days))
    assert [found.sentence for found in check_schedule(pipeline)] == (
        ["splits: the test has 6 days; intervals, and so the comparison with the champion, need 7 or more"]
        if is_refused
        else []
    )


@pytest.mark.parametrize(("confident", "is_refused"), [(True, True), (False, False)])
def test_a_single_day_gives_no_interval_for_a_goal(confident: bool, is_refused: bool) -> None:
    pipeline = sample_pipeline()
    goal = Goal(metric="roc_auc", minimum=0.7, slices=("day",), confident=confident)
    pipeline = replace(
        pipeline,
        splits=replace(pipeline.splits, test=14),
        goals=replace(pipeline.goals, goals=(goal,)),
    )
    assert [found.sentence for found in check_schedule(pipeline)] == (
        [
            "goal for roc_auc: confident for each day; a day gives no interval, for which 7 days are needed, so it is "
            "never met; leave out confident"
        ]
        if is_refused
        else []
    )

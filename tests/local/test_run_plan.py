from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from jobs.contracts.partitions import Partitions
from jobs.contracts.pipeline import Pipeline
from jobs.contracts.splits import Splits
from jobs.contracts.tables import ContractError
from local.run_plan import DATA, RunOptions, RunPlan
from tests.sample_pipelines import sample_pipeline

SAMPLE = sample_pipeline("sample")
MONTHLY = replace(
    SAMPLE,
    partitions=Partitions.monthly(),
    splits=Splits(train=9, validation=1, test=2),
    schedule=replace(SAMPLE.schedule, pinned=date(2014, 1, 2), lag=1),
)


def plan(pipeline: Pipeline = MONTHLY, **options: Any) -> RunPlan:
    return RunPlan.of(pipeline, RunOptions(**options))


def test_without_options_a_run_takes_in_what_schedule_and_splits_need() -> None:
    planned = plan()

    assert (planned.partitions[0], planned.partitions[-1]) == ("2013-01", "2013-12")
    assert planned.splits == {
        "train": "2013-01:2013-09",
        "validation": "2013-10:2013-10",
        "test": "2013-11:2013-12",
    }
    assert planned.parallel_trials == 2


def test_options_choose_the_partitions_and_the_lengths_of_validation_and_test() -> None:
    planned = plan(first="2013-01", last="2013-06", validation=2, test=1, trials=1)

    assert planned.splits == {"train": "2013-01:2013-03", "validation": "2013-04:2013-05", "test": "2013-06:2013-06"}
    assert planned.parallel_trials == 1


def test_partitions_whose_labels_are_not_known_yet_are_loaded_but_in_no_split() -> None:
    planned = plan(replace(MONTHLY, model=replace(MONTHLY.model, label_delay=1)))

    assert (planned.partitions[0], planned.partitions[-1]) == ("2012-12", "2013-12")
    assert planned.splits["test"] == "2013-10:2013-11"


def test_partitions_are_of_the_pipeline_s_grain() -> None:
    daily = replace(MONTHLY, partitions=Partitions.daily(), splits=Splits(train=3, validation=1, test=1))

    assert plan(daily).partitions == ("2013-12-28", "2013-12-29", "2013-12-30", "2013-12-31", "2014-01-01")


@pytest.mark.parametrize(("last", "test"), [("2013-02", 1), ("2013-03", 2)])
def test_too_few_partitions_are_refused(last: str, test: int) -> None:
    with pytest.raises(ContractError, match="name an earlier first month or hold out fewer months"):
        plan(first="2013-01", last=last, test=test)


def test_a_run_of_the_data_alone_needs_no_splits() -> None:
    assert plan(first="2013-01", last="2013-01", kinds=(DATA,)).splits == {}


def test_an_unknown_dag_is_refused() -> None:
    with pytest.raises(ContractError, match=r"unknown DAGs \['training2'\]; allowed are"):
        RunOptions(kinds=("training2",))

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from jobs.contracts.goals import PRIOR, Goal, MistakeCosts
from jobs.training.baselines import Baseline
from jobs.training.goal_check import Scored, check
from jobs.training.goal_result import GoalResult
from jobs.training.problems.binary import Binary
from jobs.training.problems.measures import Floats
from jobs.training.problems.regression import Regression

from .samples import samples_of

ROWS, DAYS = 3000, 30
REGRESSION = Regression()


def scored(errors: Mapping[str, float], *, days: int = DAYS, absent: int = 0) -> Scored:
    """Labels with normal errors of a scale per town; the baseline `yesterday` errs with 10, `absent` rows lack it."""
    generator = np.random.default_rng(3)
    label = generator.normal(100, 30, size=ROWS).astype(np.float32)
    towns = np.array(list(errors))[np.arange(ROWS) % len(errors)]
    noise = generator.normal(size=ROWS) * np.array([errors[town] for town in towns])
    yesterday = (label + 10 * generator.normal(size=ROWS)).astype(np.float32)
    yesterday[:absent] = np.nan
    everything = np.ones(ROWS, dtype=np.bool_)
    day = np.arange(ROWS) % days
    return Scored(
        samples=samples_of(pa.table({"town": towns}), label, day=day),
        partition_column="day",
        prediction=(label + noise).astype(np.float32),
        choice={},
        baselines={
            PRIOR: Baseline(title="baseline", prediction=REGRESSION.prior(label, ROWS), choice={}, present=everything),
            "yesterday": Baseline(title="baseline", prediction=yesterday, choice={}, present=np.isfinite(yesterday)),
        },
    )


def only(goal: Goal, rows: Scored) -> GoalResult:
    (result,) = check((goal,), rows, REGRESSION)
    return result


@pytest.mark.parametrize(
    ("goal", "met"),
    [
        (Goal(metric="mae", maximum=4.5), True),
        (Goal(metric="mae", maximum=3.5), False),
        (Goal(metric="r2", minimum=0.9), True),
        (Goal(metric="r2", minimum=0.99), False),
        (Goal(metric="mae", baseline="yesterday", improvement=0.45), True),
        (Goal(metric="mae", baseline="yesterday", improvement=0.55), False),
        (Goal(metric="r2", baseline="yesterday", improvement=0.7), True),
        (Goal(metric="r2", baseline="yesterday", improvement=0.8), False),
        (Goal(metric="r2", baseline=PRIOR, improvement=0.9), True),
        (Goal(metric="mae", maximum=4.05, confident=True), False),
        (Goal(metric="mae", maximum=4.3, confident=True), True),
        (Goal(metric="r2", minimum=0.97, confident=True), False),
        (Goal(metric="r2", minimum=0.96, confident=True), True),
    ],
)
def test_goals_have_a_direction(goal: Goal, met: bool) -> None:
    result = only(goal, scored({"A": 5.0}))
    assert result.met is met
    assert result.to_document()["met"] is met


def test_a_baseline_is_compared_on_the_rows_that_both_predict() -> None:
    rows = scored({"A": 5.0}, absent=2900)
    result = only(Goal(metric="mae", baseline="yesterday", improvement=0.0), rows)
    present = slice(2900, None)
    expected = np.abs(rows.prediction[present] - rows.samples.label[present]).mean()
    assert result.value == pytest.approx(float(expected), rel=1e-5)
    assert result.limit == result.baseline_value == pytest.approx(8.0, abs=2.0)


def test_a_baseline_without_any_row_meets_nothing() -> None:
    result = only(Goal(metric="mae", baseline="yesterday", improvement=0.0), scored({"A": 5.0}, absent=ROWS))
    assert (result.met, result.value) == (False, None)
    assert result.sentence == "mean absolute error could not be measured, so its goal is not met"


def test_the_slice_with_the_least_margin_decides() -> None:
    result = only(Goal(metric="mae", maximum=6.0, slices=("town",)), scored({"A": 2.0, "B": 9.0, "C": 4.0}))
    assert not result.met
    assert result.to_document()["slice"] == {"dimension": "town", "value": "B", "rows": 1000, "values": 3}
    assert "mean absolute error for town B, the least good of 3 values, is 7" in result.sentence


def test_slices_are_compared_with_their_baselines_by_shares() -> None:
    """Town B has the smaller gain in the metric's unit, because its labels are small, and the larger share."""
    rows = scored({"A": 8.0, "B": 2.0})
    small = np.where(np.arange(ROWS) % 2 == 1, 0.1, 1.0).astype(np.float32)
    label, yesterday = rows.samples.label, rows.baselines["yesterday"].prediction
    rows = replace(
        rows,
        prediction=label + small * (rows.prediction - label),
        baselines={"yesterday": replace(rows.baselines["yesterday"], prediction=label + small * (yesterday - label))},
    )
    result = only(Goal(metric="mae", baseline="yesterday", improvement=0.0, slices=("town",)), rows)
    assert result.slice is not None
    assert (result.met, result.slice.value) == (True, "A")
    assert result.sentence.endswith("the goal is not to be worse")


def test_the_worst_partition_decides_about_a_goal_for_partitions() -> None:
    rows = scored({"A": 2.0})
    late = np.arange(ROWS) >= 2000
    label = rows.samples.label
    rows = replace(
        rows,
        samples=replace(rows.samples, partition=np.where(late, "2013-12", "2013-11")),
        prediction=np.where(late, label + 4 * (rows.prediction - label), rows.prediction).astype(np.float32),
    )
    result = only(Goal(metric="mae", maximum=6.0, slices=("day",)), rows)
    assert not result.met
    assert "mean absolute error for day 2013-12, the least good of 2 values, is 6" in result.sentence


def test_a_goal_within_days_does_not_count_what_separates_days() -> None:
    """A prediction that knows the days alone explains nearly all of the variance, and nothing within a day."""
    rows = scored({"A": 5.0})
    level = (1000 * rows.samples.day).astype(np.float32)
    rows = replace(rows, samples=replace(rows.samples, label=rows.samples.label + level), prediction=level + 100)
    assert only(Goal(metric="r2", minimum=0.9), rows).met
    within = only(Goal(metric="r2", minimum=0.1, within_day=True), rows)
    assert not within.met
    assert within.sentence.startswith("R squared within days is -0.0")
    assert within.to_document()["within_day"]


def test_a_slice_of_too_few_rows_meets_nothing() -> None:
    towns = {f"town {number}": 1.0 for number in range(100)}
    result = only(Goal(metric="mae", maximum=6.0, slices=("town",)), scored(towns))
    assert not result.met
    assert "by town, of which no value has enough rows, could not be measured" in result.sentence


def test_an_interval_needs_days() -> None:
    confident = Goal(metric="mae", maximum=4.5, confident=True)
    few = only(confident, scored({"A": 5.0}, days=3))
    assert (few.met, few.interval) == (False, None)
    assert few.sentence.endswith("less favourable end of the interval, which fewer than 7 days do not give")
    first, second = (only(confident, scored({"A": 5.0})) for _ in range(2))
    assert first.interval == second.interval
    low, high = first.interval or (0.0, 0.0)
    assert low < (first.value or 0.0) < high < low + 0.5


def test_days_that_are_hard_for_both_do_not_hide_an_improvement() -> None:
    """Errors of every seventh day are eight times as large, of the model and of the baseline."""
    rows = scored({"A": 5.0})
    hard = np.where(rows.samples.day % 7 == 0, 8.0, 1.0)
    label, yesterday = rows.samples.label, rows.baselines["yesterday"]
    rows = replace(
        rows,
        prediction=(label + hard * (rows.prediction - label)).astype(np.float32),
        baselines={"yesterday": replace(yesterday, prediction=label + hard * (yesterday.prediction - label))},
    )
    result = only(Goal(metric="mae", baseline="yesterday", improvement=0.4, confident=True), rows)
    low, high = result.improvement_interval or (0.0, 0.0)
    assert result.met
    assert low < (result.improvement_value or 0.0) < high < low + 0.15
    assert (result.interval or (0.0, 0.0))[1] > (result.limit or 0.0)
    assert not only(Goal(metric="mae", baseline="yesterday", improvement=0.5, confident=True), rows).met


def test_sentences_state_value_and_goal() -> None:
    result = GoalResult(
        metric="mae",
        limit=45.0,
        value=47.21,
        baseline="last_week",
        baseline_value=50.0,
        improvement=0.1,
        improvement_value=0.0558,
        improvement_interval=(-0.01, 0.12),
    )
    assert result.sentence == (
        "mean absolute error is 47.21, 5.6% better than the 50.00 of last_week (95% interval -1.0% to 12.0%), "
        "the goal is at least 10.0% better"
    )
    assert replace(result, confident=True, interval=(40.0, 55.0), improvement_value=-0.1).sentence == (
        "mean absolute error is 47.21 (95% interval 40.00 to 55.00), 10.0% worse than the 50.00 of last_week "
        "(95% interval -1.0% to 12.0%), the goal is at least 10.0% better for the less favourable end of the interval"
    )
    assert GoalResult(metric="roc_auc", limit=0.7, value=0.8, interval=(0.69, 0.85), confident=True).sentence == (
        "ROC AUC is 0.8000 (95% interval 0.6900 to 0.8500), "
        "the goal is at least 0.7000 for the less favourable end of the interval"
    )


def test_decisions_of_the_prior_use_its_own_threshold() -> None:
    binary = Binary(costs=MistakeCosts(missed=10.0, false_alarm=1.0))
    label = (np.arange(ROWS) % 4 == 0).astype(np.float32)
    prior: Floats = binary.prior(label, ROWS)
    baseline = Baseline(
        title="baseline", prediction=prior, choice=binary.choose(label, prior), present=np.ones(ROWS, dtype=np.bool_)
    )
    rows = Scored(
        samples=samples_of(pa.table({"a": np.zeros(ROWS)}), label, day=np.arange(ROWS) % DAYS),
        partition_column="day",
        prediction=label,
        choice={"threshold": 0.5},
        baselines={PRIOR: baseline},
    )
    (result,) = check((Goal(metric="cost_per_row", baseline=PRIOR, improvement=0.5),), rows, binary)
    assert (result.value, result.baseline_value, result.met) == (0.0, 0.75, True)

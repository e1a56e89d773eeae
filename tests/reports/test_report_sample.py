"""The samples have the form of what jobs write, so that the report is tested against the truth."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from jobs.contracts.goals import MistakeCosts
from jobs.spark.report import TableReport, Treatment
from jobs.training.goal_result import GoalResult
from jobs.training.problems.binary import Binary
from jobs.training.problems.multiclass import Multiclass
from jobs.training.problems.regression import Regression
from jobs.training.problems.strategy import Strategy, measured
from tests.jobs.reporting import documents
from tests.reports import report_sample

ROWS = 300
LABEL = np.array([0, 1, 0, 1] * (ROWS // 4), dtype=np.float32)
SHARES = np.tile(np.array([0.5, 0.3, 0.2], dtype=np.float32), (ROWS, 1))
Case = tuple[Callable[[], dict[str, Any]], Strategy, Any]
CASES: dict[str, Case] = {
    "binary": (
        documents.binary,
        Binary(costs=MistakeCosts(missed=4.0, false_alarm=1.0)),
        np.linspace(0.1, 0.9, ROWS, dtype=np.float32),
    ),
    "multiclass": (documents.multiclass, Multiclass(classes=("low", "middle", "high")), SHARES),
    "regression": (documents.regression, Regression(), np.linspace(-1, 2, ROWS, dtype=np.float32)),
}
CHOICE = {"threshold": 0.5}
EACH = pytest.mark.parametrize(("build", "strategy", "prediction"), CASES.values(), ids=CASES)


def keys(curves: Mapping[str, Any]) -> dict[str, set[str]]:
    return {name: set(part[0]) if isinstance(part, list) else set(part) for name, part in curves.items()}


@EACH
def test_curves(build: Callable[[], dict[str, Any]], strategy: Strategy, prediction: Any) -> None:
    days = np.arange(ROWS, dtype=np.int64) // 24
    assert keys(build()["curves"]) == keys(strategy.curves(LABEL, prediction, days, CHOICE))


@EACH
def test_metrics(build: Callable[[], dict[str, Any]], strategy: Strategy, prediction: Any) -> None:
    assert set(build()["metrics"]) == set(measured(strategy.measures(CHOICE), LABEL, prediction))


@EACH
def test_labels(build: Callable[[], dict[str, Any]], strategy: Strategy, prediction: Any) -> None:
    assert set(build()["labels"]["test"]) == set(strategy.summary(LABEL))


def test_goals() -> None:
    own = {field.name for field in fields(GoalResult)} | {"title", "direction", "met", "sentence"}
    assert {frozenset(goal) for build, _, _ in CASES.values() for goal in build()["goals"]} == {frozenset(own)}


def test_tables_and_treatments() -> None:
    summary = report_sample.complete()
    assert set(summary["tables"][0]) == {field.name for field in fields(TableReport)}
    assert set(summary["treatments"][0]) == {field.name for field in fields(Treatment)}

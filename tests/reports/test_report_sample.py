"""The sample summary has the form of what jobs write, so that the report is tested against the truth."""

from collections.abc import Mapping
from dataclasses import fields

import numpy as np

from jobs.contracts.goals import MistakeCosts
from jobs.spark.report import TableReport, Treatment
from jobs.training.problems.binary import Binary
from jobs.training.problems.strategy import measured
from tests.jobs.reporting.documents import binary as sample
from tests.reports import report_sample

LABEL = np.array([0, 1, 0, 1] * 10, dtype=np.float32)
PROBABILITY = np.linspace(0.1, 0.9, 40, dtype=np.float32)
STRATEGY = Binary(costs=MistakeCosts(missed=4.0, false_alarm=1.0))
CHOICE = {"threshold": 0.5}


def _points(curves: Mapping[str, list[Mapping[str, float]]]) -> dict[str, set[str]]:
    return {name: set(points[0]) for name, points in curves.items() if name != "confusion"}


def test_curves() -> None:
    assert _points(sample()["curves"]) == _points(STRATEGY.curves(LABEL, PROBABILITY, np.zeros(40, np.int64), CHOICE))


def test_metrics() -> None:
    assert set(sample()["metrics"]) == set(measured(STRATEGY.measures(CHOICE), LABEL, PROBABILITY))


def test_tables_and_treatments() -> None:
    summary = report_sample.complete()
    assert set(summary["tables"][0]) == {field.name for field in fields(TableReport)}
    assert set(summary["treatments"][0]) == {field.name for field in fields(Treatment)}

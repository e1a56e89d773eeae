"""Evaluations as the training job writes them, one for each problem."""

import math
from typing import Any

from jobs.contracts.metrics import METRICS, Problem

Document = dict[str, Any]
_STEPS = [number / 40 for number in range(41)]


def binary() -> Document:
    """Return the evaluation of a binary model with all its parts."""
    metrics = {
        "roc_auc": 0.75612,
        "pr_auc": 0.56334,
        "log_loss": 0.42871,
        "brier": 0.13457,
        "calibration_error": 0.0123,
        "precision": 0.4123,
        "recall": 0.6789,
        "flagged": 0.3802,
        "missed": 3456,
        "false_alarms": 7890,
        "cost": 21714.0,
        "cost_per_row": 0.3981,
    }
    hours = [_slice("binary", "hour", f"{hour:02d}", 3000 - 100 * abs(hour - 14)) for hour in range(5, 24)]
    carriers = [_slice("binary", "carrier", name, 9000 - 500 * place) for place, name in enumerate(("UA", "B6", "DL"))]
    ranges = [
        _slice("binary", "wind", value, 10900) | {"kind": "range"} for value in ("below 5", "5 to 12", "12 and more")
    ]
    few = _slice("binary", "carrier", "OO", 12) | {"roc_auc": None, "interval": None}
    prior = {"roc_auc": 0.5, "pr_auc": 0.231, "log_loss": 0.54, "brier": 0.178}
    linear = {"roc_auc": 0.7212, "pr_auc": 0.5122, "log_loss": 0.461, "brier": 0.147}
    return {
        **_common("binary", "flight_delay", "Will a flight arrive more than 15 minutes late?", "roc_auc", metrics),
        "goals": [
            _goal("roc_auc", 0.745, 0.75612),
            _goal("pr_auc", 0.55, 0.56334) | {"within_day": True, "confident": True},
            _goal("log_loss", 0.45, 0.42871)
            | {"slice": {"dimension": "month", "value": "2013-11", "rows": 27000, "values": 2}},
        ],
        "champion_before": _champion({"roc_auc": 0.7551, "log_loss": 0.43}, {"roc_auc": 0.7581, "log_loss": 0.428}),
        "baselines": {
            "prior": _baseline("prior", prior, metrics, 54545, None),
            "linear": _baseline("linear model", linear, metrics, 54545, [0.09, 0.15]),
        },
        "threshold": 0.205,
        "threshold_from": "rolling_origin",
        "costs": {"missed": 4.0, "false_alarm": 1.0},
        "capacity": 0.4,
        "labels": {
            name: {"base_rate": rate} for name, rate in (("train", 0.24), ("validation", 0.19), ("test", 0.231))
        },
        "curves": {
            "roc": [{"false_positive_rate": x, "true_positive_rate": x**0.4} for x in _STEPS],
            "precision_recall": [{"recall": x, "precision": 0.95 - 0.72 * x} for x in _STEPS],
            "calibration": [
                {"mean_predicted": x, "observed": x**1.1, "rows": 5454} for x in (0.05, 0.1, 0.22, 0.35, 0.6)
            ],
            "cost": [{"threshold": x, "cost_per_row": 0.4 + (x - 0.2) ** 2} for x in _STEPS],
            "confusion": {"classes": ["0", "1"], "counts": [[34055, 7890], [4045, 8555]]},
        },
        "slices": [*carriers, few, *hours, *ranges],
        "worst_slices": [carriers[-1], hours[3], ranges[0]],
        "importance": [
            {"feature": f"feature_{place}", "gain": 0.2 / (place + 1), "permutation": 0.03 / (place + 1)}
            for place in range(30)
        ],
    }


def regression() -> Document:
    """Return the evaluation of a regression with all its parts; it does not meet one of its goals."""
    metrics = {"mae": 31.25, "rmse": 62.5, "wape": 0.18, "r2": 0.91, "bias": -1.5}
    sensors = [_slice("regression", "sensor", f"{name} St", 700) for name in ("Queen", "High", "Wyndham", "Victoria")]
    dates = [f"2025-06-{day:02d}" for day in range(2, 30)]
    goal = _goal("mae", 30.0, 31.25) | {
        "baseline": "last_week",
        "baseline_value": 40.0,
        "improvement": 0.25,
        "improvement_value": 0.22,
        "improvement_interval": [0.175, 0.26],
        "confident": True,
        "met": False,
    }
    return {
        **_common("regression", "footfall", "How many pedestrians pass a counter in an hour?", "mae", metrics),
        "approved": False,
        "is_champion": False,
        "goals": [goal, _goal("wape", 0.2, 0.18)],
        "reasons": ["mean absolute error is 22.0 % better than last_week (17.5 to 26.0 %), the goal is 25 %"],
        "champion_before": _champion({"mae": 30.5}, {"mae": 31.25})
        | {"gain": {"value": -0.75, "interval": [-1.4, -0.1]}},
        "baselines": {
            "prior": _baseline("prior", {"mae": 120.0, "r2": 0.0}, metrics, 14000, [0.7, 0.76]),
            "last_week": _baseline("same hour of last week", {"mae": 40.0}, {"mae": 31.0}, 13900, [0.175, 0.26]),
        },
        "labels": {"test": {"mean": 171.2, "median": 90.0, "minimum": 0.0, "maximum": 3000.0}},
        "by_partition": [
            {"partition": day, "rows": 500, "mae": 31 + 6 * math.sin(place), "interval": None}
            | {"baselines": {"prior": 118.0 + place, "last_week": 40 + 5 * math.cos(place)}}
            for place, day in enumerate(dates)
        ],
        "curves": {
            "residuals": [
                {"from": 20.0 * place, "to": 20.0 * (place + 1), "rows": int(4000 * math.exp(-(place**2) / 8))}
                for place in range(-10, 10)
            ],
            "predicted_actual": [
                {"mean_predicted": 10.0 * 1.3**place, "mean_actual": 12.0 * 1.29**place, "rows": 700}
                for place in range(20)
            ],
            "error_by_day": [
                {"day": day, "rows": 500, "mae": 29.0 + 4 * math.sin(place), "bias": 3 * math.cos(place)}
                for place, day in enumerate(dates)
            ],
        },
        "slices": sensors,
        "worst_slices": sensors[:1],
        "slice_minimum_rows": 50,
        "importance": [{"feature": "count_last_week", "gain": 0.7, "permutation": 22.5}],
    }


def multiclass() -> Document:
    """Return the evaluation of a model of three classes, which is approved and does not become champion."""
    metrics = {"accuracy": 0.888, "balanced_accuracy": 0.88, "macro_f1": 0.887, "log_loss": 0.31}
    classes = ["low", "middle", "high"]
    values = [_slice("multiclass", "weekday", str(day), 300) for day in range(7)]
    return {
        **_common("multiclass", "demand", "Is demand low, middle or high?", "log_loss", metrics),
        "is_champion": False,
        "goals": [_goal("accuracy", 0.8, 0.888)],
        "classes": classes,
        "champion_before": _champion(None, None) | {"reason": "it predicts other classes"},
        "baselines": {"prior": _baseline("prior", {"log_loss": 1.1, "accuracy": 0.4}, metrics, 54545, [0.68, 0.75])},
        "labels": {"test": {"shares": {"low": 0.4, "middle": 0.35, "high": 0.25}}},
        "curves": {
            "confusion": {"classes": classes, "counts": [[500, 50, 10], [40, 400, 60], [0, 30, 600]]},
            "by_class": [
                {"class": name, "rows": 560, "precision": 0.926, "recall": None if name == "low" else 0.9}
                for name in classes
            ],
        },
        "slices": values,
        "worst_slices": values[:1],
        "importance": [
            {"feature": "price", "gain": 0.6, "permutation": 0.2},
            {"feature": "day", "gain": 0.4, "permutation": -0.01},
        ],
    }


def _common(problem: str, pipeline: str, question: str, objective: str, metrics: Document) -> Document:
    """Return what the evaluations of all problems have in common."""
    titled = METRICS[objective]
    measured = [name for name in metrics if name in METRICS]
    return {
        "pipeline": pipeline,
        "problem": problem,
        "question": question,
        "label": "label",
        "prediction": "predicted",
        "approved": True,
        "is_champion": True,
        "reasons": [f"{titled.title} meets its goal", "it is better than the champion with confidence"],
        "objective": {"metric": objective, "title": titled.title, "direction": titled.direction},
        "model_name": f"mlops-dev-{pipeline}",
        "model_version": "10",
        "run_id": "0f3c9f6f2f3b4b1f9a7e1c0ffee10abc",
        "experiment_id": "3",
        "dag_run_id": "manual__2026-03-01T10:02:00+00:00_5e6f7a8b",
        "tuning_job": f"mlops-dev-{pipeline}-tune-5e6f7a8b",
        "dataset_uri": f"s3://mlops-dev-artifacts-111111111111-us-east-1/datasets/{pipeline}/manual-2026-03-01-5e6f7a8b/",
        "code_uri": "s3://cdk-hnb659fds-assets-111111111111-us-east-1/1234.zip",
        "training_image": "111111111111.dkr.ecr.us-east-1.amazonaws.com/assets:1234",
        "learnt_from": "2013-01-01T00:00:00Z",
        "learnt_until": "2013-10-31T23:00:00Z",
        "snapshots": {"flight_history": 5577006791947779410, "airport_state": 8674665223082153551},
        "partitions": {
            "train": ["2013-01", "2013-09"],
            "validation": ["2013-10", "2013-10"],
            "test": ["2013-11", "2013-12"],
        },
        "rows": {"train": 240000, "validation": 28000, "test": 54545},
        "metrics": metrics,
        "intervals": {name: [metrics[name] * 0.97, metrics[name] * 1.03] for name in measured},
        "within_day": {
            name: {"value": metrics[name] * 0.95, "interval": [metrics[name] * 0.92, metrics[name] * 0.98]}
            for name in measured
            if not METRICS[name].needs_decision
        },
        "by_partition": [
            {
                "partition": partition,
                "rows": 27000,
                **metrics,
                "interval": [metrics[objective] * 0.96, metrics[objective] * 1.04],
            }
            | {"baselines": {"prior": metrics[objective] * 1.2, "linear": metrics[objective] * 1.05}}
            for partition in ("2013-11", "2013-12")
        ],
        "suspicions": [],
        "folds": [
            {
                "train": ["2013-01", f"2013-0{last}"],
                "validation": [f"2013-{last + 1:02d}"] * 2,
                "rows": 14000,
                "metrics": metrics,
            }
            for last in (7, 8, 9)
        ],
        "learning_curve": [
            {"partitions": months, "rows": 27000 * months, "objective": metrics[objective] * (1 + 0.1 / months)}
            for months in (1, 2, 4, 8)
        ],
        "slice_minimum_rows": 200,
        "tuning": [
            {
                "run_id": f"{place:032x}",
                "parameters": {"learning_rate": str(0.05 + place / 100), "max_depth": str(4 + place % 4)},
                "metrics": {f"validation_{objective}": metrics[objective] * (0.9 + (place * 7 % 5) / 100)},
                "started": 1772359200000 + place,
                "objective": metrics[objective] * (0.9 + (place * 7 % 5) / 100),
                "constant": place == 4,
            }
            for place in range(6)
        ],
        "best_trial": f"{2:032x}",
        "fitted": {"rounds": 143},
        "onnx_difference": 2.4e-07,
    }


def _champion(metrics: Document | None, own: Document | None) -> Document:
    gain = {"value": 0.003, "interval": [0.001, 0.005]} if metrics else None
    return {
        "version": "9",
        "learnt_until": "2013-10-31T23:00:00Z",
        "rows": 40000,
        "days": 40,
        "metrics": metrics,
        "own_metrics": own,
        "gain": gain,
        "reason": None,
    }


def _baseline(title: str, values: Document, own: Document, rows: int, improvement: list[float] | None) -> Document:
    return {
        "title": title,
        "rows": rows,
        "metrics": values,
        "model_metrics": {name: own.get(name) for name in values},
        "intervals": {name: [value * 0.98, value * 1.02] for name, value in values.items()},
        "improvement": {"value": sum(improvement) / 2, "interval": improvement} if improvement else None,
    }


def _goal(name: str, limit: float, value: float) -> Document:
    titled = METRICS[name]
    met = value >= limit if titled.higher_is_better else value <= limit
    return {
        "metric": name,
        "title": titled.title,
        "direction": titled.direction,
        "limit": limit,
        "baseline": None,
        "baseline_value": None,
        "improvement": None,
        "improvement_value": None,
        "improvement_interval": None,
        "value": value,
        "interval": [value * 0.98, value * 1.02],
        "within_day": False,
        "confident": False,
        "slice": None,
        "met": met,
        "sentence": f"{titled.title} is {value}, the goal is {limit}",
    }


def _slice(problem: str, dimension: str, value: str, rows: int) -> Document:
    seed = sum(map(ord, dimension + value)) % 13
    metrics = {
        name: (0.6 + seed / 60) * (50 if name in ("mae", "rmse") else 1)
        for name, each in METRICS.items()
        if Problem(problem) in each.problems
    }
    objective = {"binary": "roc_auc", "multiclass": "log_loss", "regression": "mae"}[problem]
    facts = {"base_rate": 0.18 + seed / 200, "mean_predicted": 0.19, "mean_label": 171.2}
    ends = [metrics[objective] * 0.95, metrics[objective] * 1.05]
    return {"dimension": dimension, "kind": "value", "value": value, "rows": rows, "interval": ends, **metrics, **facts}

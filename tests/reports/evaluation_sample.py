"""An evaluation as the training job writes it."""

from typing import Any

from jobs.contracts.metrics import METRICS

Document = dict[str, Any]


def evaluation() -> Document:
    """Return an evaluation with all its parts."""
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
    steps = [number / 20 for number in range(21)]
    slices = [_slice("carrier", name, 9000 - 500 * place) for place, name in enumerate(("UA", "B6", "EV", "DL"))]
    slices += [_slice("origin", name, 18000) for name in ("EWR", "JFK", "LGA")]
    slices += [_slice("hour", f"{hour:02d}", 3000 + 10 * hour) for hour in range(5, 24)]
    slices[-1]["roc_auc"] = None
    return {
        "problem": "binary",
        "objective": {"metric": "roc_auc", "title": "ROC AUC", "direction": "higher"},
        "slice_minimum_rows": 200,
        "baselines": {"prior": _baseline({"log_loss": 0.54}, {"log_loss": 0.42871}, 54545)},
        "champion_before": {"version": "9", "metrics": {"roc_auc": 0.76}, "reason": None},
        "approved": True,
        "is_champion": True,
        "model_version": "10",
        "run_id": "c0ffee10",
        "reasons": ["ROC AUC is 0.7561, the goal is at least 0.7450", "there is no champion to compare with"],
        "goals": [_goal("roc_auc", "higher", 0.745, 0.75612)],
        "rows": {"train": 240000, "validation": 28000, "test": 54545},
        "partitions": {
            "train": ["2013-01", "2013-02"],
            "validation": ["2013-03", "2013-03"],
            "test": ["2013-04", "2013-04"],
        },
        "labels": {
            name: {"base_rate": rate} for name, rate in (("train", 0.24), ("validation", 0.19), ("test", 0.231))
        },
        "threshold": 0.205,
        "metrics": metrics,
        "curves": {
            "roc": [{"false_positive_rate": x, "true_positive_rate": x**0.4} for x in steps],
            "precision_recall": [{"recall": x, "precision": 0.95 - 0.72 * x} for x in steps],
            "calibration": [
                {"mean_predicted": x, "observed": x**1.1, "rows": 5454} for x in (0.05, 0.1, 0.15, 0.22, 0.35, 0.6)
            ],
            "cost": [{"threshold": x, "cost_per_row": 0.4 + (x - 0.2) ** 2} for x in steps],
        },
        "slices": slices,
        "worst_slices": [_slice("carrier", "DL", 7500), _slice("origin", "LGA", 18000)],
        "importance": [
            {"feature": f"feature_{number}", "gain": 0.2 / (number + 1), "permutation": 0.03 / (number + 1)}
            for number in range(30)
        ],
        "snapshots": {"flight_history": 5577006791947779410, "airport_state": 8674665223082153551},
        "onnx_difference": 2.4e-07,
    }


def regression() -> Document:
    """Return the evaluation of a regression with all its parts."""
    metrics = {"mae": 31.25, "rmse": 62.5, "wape": 0.18, "r2": 0.91, "bias": -1.5}
    own = {"mae": 31.0}
    facts = {"mean_label": 171.2, "mean_predicted": 169.7, **{name: metrics[name] for name in ("mae", "rmse")}}
    return {
        "problem": "regression",
        "objective": {"metric": "mae", "title": "mean absolute error", "direction": "lower"},
        "slice_minimum_rows": 50,
        "approved": False,
        "is_champion": False,
        "model_version": "3",
        "reasons": ["mean absolute error is 31.25, the goal is at most 30"],
        "goals": [_goal("mae", "lower", 30.0, 31.25) | _beside_baseline()],
        "rows": {"train": 60000, "validation": 7000, "test": 14000},
        "labels": {"test": {"mean": 171.2, "median": 90.0, "minimum": 0.0, "maximum": 3000.0}},
        "partitions": {"train": ["2025-01-19", "2025-05-18"], "test": ["2025-06-02", "2025-06-29"]},
        "metrics": metrics,
        "baselines": {"last_week": _baseline({"mae": 40.0}, own, 13900)},
        "champion_before": {"version": "2", "metrics": {"mae": 30.5}, "reason": None},
        "curves": {
            "residuals": [{"from": -20.0, "to": 0.0, "rows": 8000}, {"from": 0.0, "to": 20.0, "rows": 6000}],
            "predicted_actual": [
                {"mean_predicted": 10.0, "mean_actual": 12.0, "rows": 7000},
                {"mean_predicted": 330.0, "mean_actual": 328.0, "rows": 7000},
            ],
            "error_by_day": [{"day": "2025-06-02", "rows": 500, "mae": 29.0, "bias": -2.0}],
        },
        "slices": [{"dimension": "sensor", "value": name, "rows": 700, **facts} for name in ("Queen St", "High St")],
        "worst_slices": [{"dimension": "sensor", "value": "Queen St", "rows": 700, **facts}],
        "importance": [{"feature": "count_last_week", "gain": 0.7, "permutation": 22.5}],
        "tuning": [{"constant": True}, {"constant": False}],
    }


def multiclass() -> Document:
    """Return the evaluation of a model of three classes."""
    counts = [[50, 5, 1], [4, 40, 6], [0, 3, 60]]
    return {
        "problem": "multiclass",
        "objective": {"metric": "log_loss", "title": "log loss", "direction": "lower"},
        "approved": True,
        "model_version": "1",
        "metrics": {"accuracy": 0.888, "balanced_accuracy": 0.88, "macro_f1": 0.887, "log_loss": 0.31},
        "curves": {
            "confusion": {"classes": ["low", "middle", "high"], "counts": counts},
            "by_class": [{"class": "low", "rows": 56, "precision": 0.926, "recall": None}],
        },
    }


def _beside_baseline() -> Document:
    improvement = {"improvement": 0.25, "improvement_value": 0.22, "improvement_interval": [0.175, 0.26]}
    return {"baseline": "last_week", "baseline_value": 40.0, "met": False, **improvement}


def _baseline(metrics: Document, model_metrics: Document, rows: int) -> Document:
    return {"rows": rows, "metrics": metrics, "model_metrics": model_metrics}


def _goal(name: str, direction: str, limit: float, value: float) -> Document:
    return {
        "metric": name,
        "title": METRICS[name].title,
        "direction": direction,
        "limit": limit,
        "baseline": None,
        "baseline_value": None,
        "improvement": None,
        "value": value,
        "interval": [value - 0.01, value + 0.01],
        "confident": False,
        "slice": None,
        "met": value >= limit if direction == "higher" else value <= limit,
        "sentence": f"{METRICS[name].title} is {value}, the goal is {limit}",
    }


def _slice(dimension: str, value: str, rows: int) -> Document:
    seed = sum(map(ord, dimension + value)) % 13
    return {
        "dimension": dimension,
        "value": value,
        "rows": rows,
        "base_rate": 0.18 + seed / 200,
        "mean_predicted": 0.19 + seed / 210,
        "roc_auc": 0.71 + seed / 250,
        "pr_auc": 0.5 + seed / 200,
        "log_loss": 0.43,
        "brier": 0.13,
        "precision": 0.4,
        "recall": 0.7,
        "cost_per_row": 0.41,
    }

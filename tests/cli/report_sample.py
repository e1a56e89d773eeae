"""A run's summary as the command line writes it, complete and as small as it can be."""

from datetime import UTC, datetime, timedelta
from typing import Any

Summary = dict[str, Any]
START = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
TRIALS = 6


def complete() -> Summary:
    """Every part is there."""
    evaluation = _evaluation()
    return {
        "pipeline": "flight_delay",
        "runs": {
            "flight_delay_data": {"run_id": "manual__2026-03-01T10:00:00", "run_key": "manual-2026-03-01-1a2b3c4d"},
            "flight_delay_training": {"run_id": "manual__2026-03-01T10:02:00", "run_key": "manual-2026-03-01-5e6f7a8b"},
        },
        "tables": _tables(),
        "treatments": [
            {"column": "arrival_delay", "treatment": "limited", "rows": 2164},
            {"column": "seats", "treatment": "median of the carrier", "rows": 52606},
            {"column": "precip", "treatment": "none", "rows": 17},
        ],
        "tuning": {"trials": [_trial(number) for number in range(TRIALS)]},
        "metrics": evaluation["metrics"],
        "evaluation": evaluation,
        "registry": {
            "model": "mlops-dev-flight-delay",
            "versions": [
                {"version": "2", "run_id": "c0ffee02", "aliases": []},
                {"version": "10", "run_id": "c0ffee10", "aliases": ["champion"]},
            ],
            "champion": {"version": "10", "run_id": "c0ffee10"},
            "packages": [{"arn": "arn:aws:sagemaker:us-east-1:111111111111:model-package/x/4", "approval": "Approved"}],
        },
        "timeline": _timeline(),
        "orchestration": {"dag_seconds": 150.5, "work_seconds": 123.4, "ratio": 1.22},
        "artifacts": {
            "landing files": "s3://mlops-dev-landing-111111111111-us-east-1/flight_delay/",
            "tables": {"raw": "mlops_dev_flight_delay_raw", "cleansed": "mlops_dev_flight_delay_cleansed"},
        },
        "plan": {
            "months": ["2013-01", "2013-02", "2013-03", "2013-04"],
            "train": ["2013-01", "2013-02"],
            "validation": ["2013-03"],
            "test": ["2013-04"],
            "trials": TRIALS,
        },
        "steps": [
            {"step": "start the embedded platform", "state": "success", "seconds": 9.87},
            {"step": "flight_delay_data.lake.ingest", "state": "success", "seconds": 41.23},
        ],
        "report": "/somewhere/report.html",
    }


def minimal() -> Summary:
    """Nothing but the keys, as when a run ends before its first job."""
    return {
        "pipeline": "flight_delay",
        "runs": {},
        "tables": [],
        "treatments": [],
        "tuning": {"trials": []},
        "metrics": {},
        "evaluation": {},
        "registry": {"model": "mlops-dev-flight-delay", "versions": [], "champion": None, "packages": []},
        "timeline": [],
        "orchestration": {"dag_seconds": 0.0, "work_seconds": 0, "ratio": None},
        "artifacts": {},
    }


def _tables() -> list[Summary]:
    rules = {"distance_in_range": 12, "unique_key": 3, "tailnum_not_null": 190}
    flights = {"table": "raw.flights", "rows_in": 336776, "rows_quarantined": 205, "rows_out": 336571, "rules": rules}
    weather = {"table": "raw.weather", "rows_in": 26115, "rows_quarantined": 0, "rows_out": 26115, "rules": {}}
    cleansed = {"table": "cleansed.flights", "rows_in": 336571, "rows_quarantined": 0, "rows_out": 336571, "rules": {}}
    return [
        {**table, "snapshot_id": 8764105829163547291 + index}
        for index, table in enumerate((flights, weather, cleansed))
    ]


def _trial(number: int) -> Summary:
    return {
        "name": f"mlops-dev-flight-delay-tune-{number + 1:03d}",
        "status": "Completed",
        "seconds": 8.5 + number,
        "parameters": {"learning_rate": str(0.05 + number / 100), "max_depth": str(4 + number % 4)},
        "metrics": {"validation:auc": 0.7321 + (number * 7 % 5) / 100},
    }


def _timeline() -> list[Summary]:
    def entry(lane: str, name: str, start: float, seconds: float) -> Summary:
        begun = START + timedelta(seconds=start)
        ended = begun + timedelta(seconds=seconds)
        return {
            "lane": lane,
            "name": name,
            "state": "Completed" if lane.endswith(("job", "step")) else "success",
            "start": begun.isoformat(),
            "end": ended.isoformat(),
        }

    data, training = "flight_delay_data", "flight_delay_training"
    tasks = [
        *(entry(data, "lake.create_cluster", 0, 0.4), entry(data, "lake.ingest", 1, 40)),
        *(entry("emr-step", "ingest", 1.3, 39.2), entry(data, "lake.cleanse", 42, 22)),
        *(entry("emr-step", "cleanse", 42.4, 21), entry(data, "lake.terminate_cluster", 65, 0.3)),
        *(entry(training, "tune", 70, 40), entry(training, "train", 111, 30), entry(training, "gate", 141, 0.1)),
        *(
            entry("training-job", "mlops-dev-flight-delay-train-5e6f7a8b-1", 111.3, 29),
            entry(training, "transform", 142, 9),
        ),
        entry("transform-job", "mlops-dev-flight-delay-score-5e6f7a8b-1", 142.3, 8),
    ]
    trials = [
        entry("training-job", _trial(number)["name"], 70.5 + 13 * (number // 2), 8.5 + number)
        for number in range(TRIALS)
    ]
    return tasks + trials


def _evaluation() -> Summary:
    metrics = {
        **{"roc_auc": 0.75612, "pr_auc": 0.56334, "log_loss": 0.42871, "brier": 0.13457, "calibration_error": 0.0123},
        **{"precision": 0.4123, "recall": 0.6789, "missed": 3456, "false_alarms": 7890, "cost": 21714.0},
        "cost_per_row": 0.3981,
    }
    steps = [number / 20 for number in range(21)]
    slices = [_slice("carrier", name, 9000 - 500 * place) for place, name in enumerate(("UA", "B6", "EV", "DL"))]
    slices += [_slice("origin", name, 18000) for name in ("EWR", "JFK", "LGA")]
    slices += [_slice("hour", f"{hour:02d}", 3000 + 10 * hour) for hour in range(5, 24)]
    slices[-1]["roc_auc"] = None
    return {
        **{"approved": True, "is_champion": True, "model_version": "10", "run_id": "c0ffee10"},
        "reasons": ["roc_auc is 0.7561, the goal is at least 0.745", "there is no champion to compare with"],
        "goals": [{"metric": "roc_auc", "minimum": 0.745, "value": 0.75612, "met": True}],
        "rows": {"train": 240000, "validation": 28000, "test": 54545},
        "base_rates": {"train": 0.24, "validation": 0.19, "test": 0.231},
        "months": {"test": ["2013-04"]},
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


def _slice(dimension: str, value: str, rows: int) -> Summary:
    seed = sum(map(ord, dimension + value)) % 13
    return {
        **{"dimension": dimension, "value": value, "rows": rows, "base_rate": 0.18 + seed / 200},
        **{"mean_predicted": 0.19 + seed / 210, "roc_auc": 0.71 + seed / 250, "pr_auc": 0.5 + seed / 200},
        **{"log_loss": 0.43, "brier": 0.13, "precision": 0.4, "recall": 0.7, "cost_per_row": 0.41},
    }

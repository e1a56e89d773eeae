"""The summary of a run as the command line writes it, complete and minimal."""

from datetime import UTC, datetime, timedelta
from typing import Any

from local.run_plan import KINDS
from tests.jobs.reporting.documents import binary

Summary = dict[str, Any]
START = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
TRIALS = 6


def complete() -> Summary:
    """Return a summary with all its parts."""
    evaluated = binary()
    return {
        "pipeline": "flight_delay",
        "question": "Will a flight arrive more than 15 minutes late?",
        "finished": (START + timedelta(minutes=5)).isoformat(),
        "failure": None,
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
        "metrics": evaluated["metrics"],
        "evaluation": evaluated,
        "tracking": {"url": "http://127.0.0.1:5000"},
        "registry": {
            "model": "mlops-dev-flight-delay",
            "versions": [
                {"version": "2", "run_id": "c0ffee02", "aliases": []},
                {"version": "10", "run_id": "c0ffee10", "aliases": []},
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
            "pipeline": "flight_delay",
            "grain": "month",
            "kinds": list(KINDS),
            "partitions": ["2013-01", "2013-02", "2013-03", "2013-04"],
            "trials": TRIALS,
            "splits": {"train": "2013-01:2013-02", "validation": "2013-03:2013-03", "test": "2013-04:2013-04"},
        },
        "steps": [
            {"step": "start the local platform", "state": "success", "seconds": 9.87},
            {"step": "flight_delay_data.lake.ingest", "state": "success", "seconds": 41.23},
        ],
        "report": "/somewhere/report.html",
    }


def minimal() -> Summary:
    """Return a summary with empty parts, as of a run that ends before its first job."""
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
        {**table, "snapshot_id": 8764105829163547291 + index, "ignored_columns": ["time_zone"] if not index else []}
        for index, table in enumerate((flights, weather, cleansed))
    ]


def _trial(number: int) -> Summary:
    return {
        "name": f"mlops-dev-flight-delay-tune-{number + 1:03d}",
        "status": "Completed",
        "seconds": 8.5 + number,
        "parameters": {"learning_rate": str(0.05 + number / 100), "max_depth": str(4 + number % 4)},
        "metrics": {"validation:roc_auc": 0.7321 + (number * 7 % 5) / 100},
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

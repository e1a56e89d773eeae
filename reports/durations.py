"""What tasks and jobs of a run took: its timeline, its trials, and the share of orchestration."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from local.executors.emr import STEP
from local.executors.jobs import Job
from local.executors.training import TRAINING as TRAINING_JOB
from local.executors.transform import TRANSFORM
from local.executors.tuning import TUNING
from local.services.dag_process import Event

Document = dict[str, Any]


def trials(jobs: list[Job]) -> Document:
    """Return the trials of the tuning job in order, with their parameters and metrics."""
    started = [job for job in jobs if job.kind == TRAINING_JOB and job.request.get("TuningJobName")]
    return {
        "trials": [
            {
                "name": trial.name,
                "status": trial.status,
                "seconds": round(_seconds(trial), 1),
                "parameters": trial.request["TunedHyperParameters"],
                "metrics": {each["MetricName"]: each["Value"] for each in trial.results.get("FinalMetricDataList", [])},
            }
            for trial in sorted(started, key=lambda each: each.created)
        ]
    }


def timeline(events: Mapping[str, list[Event]], jobs: list[Job]) -> list[Document]:
    """Return the tasks of the DAGs and the processes they started, with start and end times."""
    tasks = [
        {
            "lane": dag_id,
            "name": event["task_id"],
            "state": event["state"],
            "start": event["start"],
            "end": event["end"],
        }
        for dag_id, dag_events in events.items()
        for event in dag_events
        if event["event"] == "task" and event["end"] and event["start"]
    ]
    work = [
        {
            "lane": job.kind,
            "name": str(job.request.get("Name", job.name)),
            "state": job.status,
            "start": datetime.fromtimestamp(job.started).astimezone().isoformat(),
            "end": datetime.fromtimestamp(job.ended).astimezone().isoformat(),
        }
        for job in jobs
        if job.started and job.ended and job.kind in (STEP, TRAINING_JOB, TRANSFORM)
    ]
    return tasks + work


def orchestration(ran: Mapping[str, Event], jobs: list[Job]) -> Document:
    """Return the durations of the DAG runs and of the jobs they started; a tuning job counts without its trials."""
    wall = sum(
        (datetime.fromisoformat(event["end"]) - datetime.fromisoformat(event["start"])).total_seconds()
        for event in ran.values()
    )
    counted = [job for job in jobs if job.kind in (STEP, TRANSFORM, TUNING)]
    counted += [job for job in jobs if job.kind == TRAINING_JOB and not job.request.get("TuningJobName")]
    work = sum(_seconds(job) for job in counted)
    return {
        "dag_seconds": round(wall, 1),
        "work_seconds": round(work, 1),
        "ratio": round(wall / work, 3) if work else None,
    }


def _seconds(job: Job) -> float:
    return (job.ended or 0.0) - (job.started or job.created)

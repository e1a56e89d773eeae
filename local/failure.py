"""Why a DAG run failed: the first failed task, the sentence of the job that it started, and the log of that job."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from common.paths import StatePaths
from local.executors.jobs import FAILED, Job
from local.services.dag_process import Event


@dataclass(frozen=True)
class Failure:
    """The failure of a run."""

    dag_id: str
    task_id: str
    """Empty if no task failed."""
    reason: str
    log: str


def failure_of(events: Sequence[Event], paths: StatePaths) -> Failure | None:
    """Return the failure of a DAG run, or None if the run succeeded."""
    end = events[-1]
    dag_id = str(end["dag_id"])
    if end["state"] == "success":
        return None
    failed = next((event for event in events if event["event"] == "task" and event["state"] == "failed"), None)
    log = str(end["log"])
    if failed is None:
        return Failure(dag_id, "", str(end.get("reason")), log)
    if job := _failed_job(paths, failed):
        return Failure(dag_id, failed["task_id"], job.failure, job.log or log)
    return Failure(dag_id, failed["task_id"], str(failed.get("reason")), log)


def _failed_job(paths: StatePaths, task: Event) -> Job | None:
    """Return the last failed job that the task started; a task without a job fails for a reason of its own."""
    if not task["start"]:
        return None
    begin, end = (datetime.fromisoformat(task[name]).timestamp() for name in ("start", "end"))
    jobs = (Job(**json.loads(path.read_text())) for path in paths.jobs.glob("*/*.json"))
    failed = [job for job in jobs if job.status == FAILED and begin <= job.created <= end]
    return max(failed, key=lambda job: job.ended or 0.0, default=None)

"""The jobs started through the local API and their states, stored as one JSON document per job."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from common.files import write_atomically
from jobs.contracts.workload import Workload
from local.executors.errors import ServiceError

PENDING, RUNNING, COMPLETED, FAILED, STOPPED = "Pending", "Running", "Completed", "Failed", "Stopped"
TERMINAL = frozenset({COMPLETED, FAILED, STOPPED})


def service_states(workload: Workload) -> dict[str, str]:
    """Return the state that the service reports for a job of this workload, by the state of `Job.status`."""
    states = workload.states
    return {
        PENDING: states.active[0],
        RUNNING: states.active[-1],
        COMPLETED: states.succeeded[0],
        FAILED: states.failed[0],
        STOPPED: states.stopped[0],
    }


class JobFailedError(Exception):
    """The job failed; the message is the failure reason that the service reports."""


@dataclass
class Job:
    """A job with its request, state and results; times are seconds since 1970, UTC."""

    kind: str
    name: str
    request: dict[str, Any]
    status: str = PENDING
    created: float = field(default_factory=lambda: datetime.now(UTC).timestamp())
    started: float | None = None
    ended: float | None = None
    failure: str = ""
    log: str = ""
    results: dict[str, Any] = field(default_factory=dict)

    @property
    def finished(self) -> bool:
        """Whether the job is in a terminal state."""
        return self.status in TERMINAL


class JobStore:
    """All jobs of the local API; a job that was not finished when the local API stopped becomes a failed job."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._jobs: dict[tuple[str, str], Job] = {}
        for path in sorted(folder.glob("*/*.json")):
            job = Job(**json.loads(path.read_text()))
            self._jobs[job.kind, job.name] = job
            if not job.finished:
                self.finish(job, FAILED, "the local API stopped while this job ran")

    def create(self, job: Job) -> Job:
        """Store a new job; raises ServiceError with AWS's code ResourceInUse if a job of this name exists."""
        with self._lock:
            if (job.kind, job.name) in self._jobs:
                raise ServiceError("ResourceInUse", f"{job.kind} {job.name} already exists; choose a different name")
            self._jobs[job.kind, job.name] = job
            self.save(job)
        return job

    def get(self, kind: str, name: str) -> Job:
        """Return the job of this name; raises ServiceError with AWS's code ResourceNotFound if there is none."""
        with self._lock:
            if (kind, name) not in self._jobs:
                raise ServiceError("ResourceNotFound", f"could not find {kind} {name!r}")
            return self._jobs[kind, name]

    def of_kind(self, kind: str) -> Iterator[Job]:
        """Return all jobs of a type, oldest first."""
        with self._lock:
            jobs = [job for job in self._jobs.values() if job.kind == kind]
        return iter(sorted(jobs, key=lambda job: job.created))

    def save(self, job: Job) -> None:
        """Store the current state of the job."""
        with self._lock:
            write_atomically(self._folder / job.kind / f"{job.name}.json", json.dumps(asdict(job), indent=1))

    def begin(self, job: Job, log: Path) -> None:
        """Set the job to running, with its log file."""
        with self._lock:
            job.status, job.started, job.log = RUNNING, datetime.now(UTC).timestamp(), str(log)
            self.save(job)

    def finish(self, job: Job, status: str, failure: str = "") -> None:
        """Set the job to a terminal state, unless it is in one already."""
        with self._lock:
            if not job.finished:
                job.status, job.failure, job.ended = status, failure, datetime.now(UTC).timestamp()
                self.save(job)

    def run(self, job: Job, work: Callable[[Job], None]) -> None:
        """Call `work` in this thread and store the final state: failed if it raises any exception, else completed."""
        try:
            work(job)
        except JobFailedError as error:
            self.finish(job, FAILED, str(error))
        except Exception as error:
            self.finish(job, FAILED, f"{type(error).__name__}: {error}")
        else:
            self.finish(job, COMPLETED)

    def run_in_background(self, job: Job, work: Callable[[Job], None]) -> None:
        """Call `run` in a new daemon thread."""
        threading.Thread(target=self.run, args=(job, work), name=f"{job.kind}-{job.name}", daemon=True).start()

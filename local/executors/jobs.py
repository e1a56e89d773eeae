"""The jobs that were asked for, with their true state, kept as one JSON document each."""

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
    """The state in which the service reports a job of this kind, by the state that is kept here."""
    states = workload.states
    return {
        PENDING: states.active[0],
        RUNNING: states.active[-1],
        COMPLETED: states.succeeded[0],
        FAILED: states.failed[0],
        STOPPED: states.stopped[0],
    }


class JobFailedError(Exception):
    """The work failed; the message is the reason that the service reports."""


@dataclass
class Job:
    """One piece of work: what was requested and what became of it. Times are seconds since 1970, UTC."""

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
        """Whether the job has reached a state it will not leave."""
        return self.status in TERMINAL


class JobStore:
    """All jobs of the control plane; what ran when it was stopped has failed, and says so."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._jobs: dict[tuple[str, str], Job] = {}
        for path in sorted(folder.glob("*/*.json")):
            job = Job(**json.loads(path.read_text()))
            self._jobs[job.kind, job.name] = job
            if not job.finished:
                self.finish(job, FAILED, "the control plane stopped while this job ran")

    def create(self, job: Job) -> Job:
        """Record a new job; raises ResourceInUse when its name is taken, as AWS does."""
        with self._lock:
            if (job.kind, job.name) in self._jobs:
                raise ServiceError("ResourceInUse", f"{job.kind} {job.name} already exists; choose a different name")
            self._jobs[job.kind, job.name] = job
            self.save(job)
        return job

    def get(self, kind: str, name: str) -> Job:
        """The job of that name; raises ResourceNotFound when there is none."""
        with self._lock:
            if (kind, name) not in self._jobs:
                raise ServiceError("ResourceNotFound", f"could not find {kind} {name!r}")
            return self._jobs[kind, name]

    def of_kind(self, kind: str) -> Iterator[Job]:
        """All jobs of a kind, oldest first."""
        with self._lock:
            found = [job for job in self._jobs.values() if job.kind == kind]
        return iter(sorted(found, key=lambda job: job.created))

    def save(self, job: Job) -> None:
        """Write the job's document."""
        with self._lock:
            write_atomically(self._folder / job.kind / f"{job.name}.json", json.dumps(asdict(job), indent=1))

    def begin(self, job: Job, log: Path) -> None:
        """Mark the job as running."""
        with self._lock:
            job.status, job.started, job.log = RUNNING, datetime.now(UTC).timestamp(), str(log)
            self.save(job)

    def finish(self, job: Job, status: str, failure: str = "") -> None:
        """Mark the job as finished, unless it was stopped already."""
        with self._lock:
            if not job.finished:
                job.status, job.failure, job.ended = status, failure, datetime.now(UTC).timestamp()
                self.save(job)

    def run(self, job: Job, work: Callable[[Job], None]) -> None:
        """Do the work in this thread and record how it ended; nothing but a return is a success."""
        try:
            work(job)
        except JobFailedError as error:
            self.finish(job, FAILED, str(error))
        except Exception as error:
            self.finish(job, FAILED, f"{type(error).__name__}: {error}")
        else:
            self.finish(job, COMPLETED)

    def run_in_background(self, job: Job, work: Callable[[Job], None]) -> None:
        """Start `run` in a thread of its own."""
        threading.Thread(target=self.run, args=(job, work), name=f"{job.kind}-{job.name}", daemon=True).start()

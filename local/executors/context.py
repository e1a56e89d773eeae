"""The context of the executors: stored jobs, S3 objects, images and running processes."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from common import processes
from common.environment import process_variables
from common.paths import StatePaths
from jobs.contracts.workload import Workload
from local.executors.images import Image
from local.executors.jobs import Job, JobFailedError, JobStore
from local.executors.objects import Objects

_GROUP_SECONDS = 30.0


@dataclass
class Context:
    """What the executors share; `environment` has the variables that the AWS clients of a job need."""

    paths: StatePaths
    jobs: JobStore
    objects: Objects
    environment: Mapping[str, str]
    images: Mapping[str, Image]
    iceberg_jar: Path
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def image(self, uri: str) -> Image:
        """Return the build context of an image; raises JobFailedError if this repository does not build the image."""
        if uri not in self.images:
            raise JobFailedError(f"image {uri} is not built here; allowed is one of {', '.join(sorted(self.images))}")
        return self.images[uri]

    def arn(self, workload: Workload, job: Job) -> str:
        """Return the ARN of a job in the account and region of the local platform."""
        return workload.arn(self.environment["AWS_REGION"], self.environment["MOTO_ACCOUNT_ID"], job.name)

    def log_of(self, job: Job) -> Path:
        """Return the log file of a job."""
        folder = self.paths.logs / job.kind
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{job.name}.log"

    def scratch_of(self, job: Job) -> Path:
        """Return the working folder of a job."""
        folder = self.paths.scratch / job.kind / job.name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def start(self, job: Job, command: Sequence[str], env: Mapping[str, str], cwd: Path) -> subprocess.Popen[bytes]:
        """Start a process of a job, with its output in the job's log; it is killed when the local API ends."""
        with self.log_of(job).open("ab") as output:
            process = subprocess.Popen(
                processes.supervised(command),
                env=process_variables(self.environment, env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        with self._lock:
            self._running[job.name] = process
        return process

    def run(self, job: Job, command: Sequence[str], env: Mapping[str, str], cwd: Path, seconds: float) -> None:
        """Run a process of a job to its end.

        Raises JobFailedError with the end of the log for another exit code than 0, and after `seconds`.
        """
        process = self.start(job, command, env, cwd)
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            self.stop(job)
            raise JobFailedError(f"stopped after MaxRuntimeInSeconds, {seconds:.0f} s") from error
        _wait_for_group(process.pid)
        if code != 0:
            raise JobFailedError(f"{processes.log_tail(self.log_of(job))} (exit code {code})")

    def stop(self, job: Job) -> None:
        """Kill the process group of a job if it is running."""
        with self._lock:
            process = self._running.pop(job.name, None)
        if process is not None and process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def stop_all(self) -> None:
        """Kill the processes of all jobs."""
        with self._lock:
            names = list(self._running)
        for name in names:
            self.stop(Job(kind="", name=name, request={}))


def _wait_for_group(leader: int) -> None:
    """Wait until the process group has ended, at most 30 s: a JVM ends shortly after the program that started it."""
    deadline = time.monotonic() + _GROUP_SECONDS
    while time.monotonic() < deadline:
        try:
            os.killpg(leader, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)

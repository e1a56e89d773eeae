"""Start, health-check, record and stop background processes, including those left behind by a crash."""

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from common.errors import PlatformError
from common.files import write_atomically
from common.paths import REPOSITORY

_STOP_SECONDS = 2.0
_LOG_TAIL_CHARACTERS = 600
#: Lines of Spark's logger, which are not part of a program's own output.
_SPARK_LOG_LINE = re.compile(
    r"\d\d/\d\d/\d\d \d\d:\d\d:\d\d (INFO|WARN|ERROR) |Setting default log level to |To adjust logging level use "
)
#: The sentence with which a job ends when it fails; only a logger writes after it.
_REASON = re.compile(r"\w+ (failed|refused): ")
_LINES_WITH_REASON = 10
#: Below the range of ephemeral ports (from 32768 on Linux, from 49152 on macOS and by IANA): an outgoing connection
#: could otherwise take a free port before the server binds it.
_PORTS = range(20_000, 32_000)
_SUPERVISOR = Path(__file__).with_name("supervised.py")


@dataclass(frozen=True)
class RunningProcess:
    """A process that leads a process group, recorded so that another command can find and stop it."""

    name: str
    pid: int
    created: float

    @property
    def alive(self) -> bool:
        """Whether this process still runs; a different process with the same id does not count."""
        try:
            process = psutil.Process(self.pid)
            return abs(process.create_time() - self.created) < 1 and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def stop(self) -> None:
        """Stop the process group: SIGTERM first, SIGKILL for what still runs after two seconds."""
        _stop(self.members())

    def members(self) -> list[psutil.Process]:
        """Return the running processes of its group."""
        members = []
        for process in psutil.process_iter():
            with suppress(psutil.NoSuchProcess, ProcessLookupError, PermissionError):
                if os.getpgid(process.pid) == self.pid and process.create_time() >= self.created - 1:
                    members.append(process)
        return members


def supervised(command: Sequence[str], *, stop_with_parent: bool = True, user: str | None = None) -> list[str]:
    """Return the command wrapped so that it is killed when this process ends, and runs as `user` if one is given."""
    options = ["--parent", str(os.getpid())] if stop_with_parent else []
    options += ["--user", user] if user else []
    return [sys.executable, str(_SUPERVISOR), *options, "--", *command]


def start(
    name: str, command: Sequence[str], *, env: Mapping[str, str], log: Path, run: Path, cwd: Path = REPOSITORY
) -> RunningProcess:
    """Start a command in its own process group, with its output in `log`, and record it in the folder `run`."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    running = RunningProcess(name=name, pid=process.pid, created=psutil.Process(process.pid).create_time())
    write_atomically(run / f"{name}.json", json.dumps(asdict(running)))
    return running


def recorded(run: Path) -> list[RunningProcess]:
    """Return the processes recorded in the folder `run`, whether or not they still run."""
    return [RunningProcess(**json.loads(path.read_text())) for path in sorted(run.glob("*.json"))]


def stop_recorded(run: Path) -> list[str]:
    """Stop all recorded processes together, delete the records and return the names of those that were running."""
    processes = recorded(run)
    stopped = [process.name for process in processes if process.alive]
    _stop([member for process in processes for member in process.members()])
    for process in processes:
        (run / f"{process.name}.json").unlink(missing_ok=True)
    return stopped


def _stop(members: Sequence[psutil.Process]) -> None:
    for process in members:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGTERM)
    _, left = psutil.wait_procs(members, timeout=_STOP_SECONDS)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=_STOP_SECONDS)


def wait_until(ready: Callable[[], bool], process: RunningProcess, log: Path, seconds: float) -> None:
    """Wait until `ready()` is true; raises PlatformError with the end of the log on exit or timeout."""
    deadline = time.monotonic() + seconds
    while not ready():
        if not process.alive:
            raise PlatformError(f"{process.name} exited during startup: {log_tail(log)} (see {log})")
        if time.monotonic() > deadline:
            process.stop()
            raise PlatformError(f"{process.name} was not ready after {seconds:.0f} s: {log_tail(log)} (see {log})")
        time.sleep(0.1)


def log_tail(log: Path) -> str:
    """Return the reason with which a failed job ended its log, or the last three lines, without Spark's logger."""
    text = log.read_text(errors="replace") if log.exists() else ""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not _SPARK_LOG_LINE.match(line)]
    for line in reversed(lines[-_LINES_WITH_REASON:]):
        if _REASON.match(line):
            return line[:_LOG_TAIL_CHARACTERS]
    return " | ".join(lines[-3:])[-_LOG_TAIL_CHARACTERS:] or "no output"


def free_port(requested: int = 0, service: str = "a service") -> int:
    """Return a free loopback port, any if `requested` is 0; raises PlatformError if the requested port is in use."""
    if not requested:
        return free_ports(1)[0]
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if not _binds(probe, requested):
            raise PlatformError(
                f"port {requested}, requested for {service}, is in use; choose another port, or 0 for any free port"
            )
    return requested


def free_ports(count: int) -> list[int]:
    """Return distinct free loopback ports; all are held open until the last one is found."""
    ports: list[int] = []
    with ExitStack() as sockets:
        for port in random.sample(_PORTS, len(_PORTS)):
            if len(ports) == count:
                return ports
            if _binds(sockets.enter_context(socket.socket()), port):
                ports.append(port)
    raise PlatformError(
        f"fewer than {count} ports from {_PORTS.start} to {_PORTS.stop - 1} are free; stop the processes that use them"
    )


def _binds(probe: socket.socket, port: int) -> bool:
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


def listening(port: int) -> bool:
    """Return whether a server accepts connections at the loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0

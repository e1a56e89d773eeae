"""Processes of the local platform: started, health-checked, recorded, stopped, and reaped after a crash."""

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
_LAST_WORDS = 600
#: Lines that Spark's logger writes beside what a program says.
_CHATTER = re.compile(r"\d\d/\d\d/\d\d \d\d:\d\d:\d\d (INFO|WARN) ")
#: Below the range from which systems take the ports of outgoing connections (Linux 32768, macOS and IANA 49152):
#: a port found there can be taken by somebody's connection before the server that wants it binds it.
_PORTS = range(20_000, 32_000)
_TIED = Path(__file__).with_name("tied.py")


@dataclass(frozen=True)
class RunningProcess:
    """A process and its group, recorded so that another process can find and stop it."""

    name: str
    pid: int
    created: float

    @property
    def alive(self) -> bool:
        """Whether this very process still runs: a reused process id does not count."""
        try:
            process = psutil.Process(self.pid)
            return abs(process.create_time() - self.created) < 1 and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def stop(self) -> None:
        """End the whole process group, first politely."""
        _end(self.members())

    def members(self) -> list[psutil.Process]:
        """The processes of its group that run."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.NoSuchProcess, ProcessLookupError, PermissionError):
                if os.getpgid(process.pid) == self.pid and process.create_time() >= self.created - 1:
                    found.append(process)
        return found


def tie(command: Sequence[str], *, to_parent: bool = True, user: str | None = None) -> list[str]:
    """The command wrapped so that it dies with this process, and runs as another user where one is named."""
    options = ["--parent", str(os.getpid())] if to_parent else []
    options += ["--user", user] if user else []
    return [sys.executable, str(_TIED), *options, "--", *command]


def start(name: str, command: Sequence[str], *, env: Mapping[str, str], log: Path, run: Path) -> RunningProcess:
    """Start a command in a process group of its own, with its output in `log`, recorded in the `run` folder."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            env=dict(env),
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    running = RunningProcess(name=name, pid=process.pid, created=psutil.Process(process.pid).create_time())
    write_atomically(run / f"{name}.json", json.dumps(asdict(running)))
    return running


def recorded(run: Path) -> list[RunningProcess]:
    """What the `run` folder says was started, whether or not it still runs."""
    return [RunningProcess(**json.loads(path.read_text())) for path in sorted(run.glob("*.json"))]


def stop_recorded(run: Path) -> list[str]:
    """Stop everything recorded, all at once, and forget it; returns the names of what still ran."""
    found = recorded(run)
    stopped = [process.name for process in found if process.alive]
    _end([member for process in found for member in process.members()])
    for process in found:
        (run / f"{process.name}.json").unlink(missing_ok=True)
    return stopped


def _end(members: Sequence[psutil.Process]) -> None:
    for process in members:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGTERM)
    _, left = psutil.wait_procs(members, timeout=_STOP_SECONDS)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=_STOP_SECONDS)


def wait_until(ready: Callable[[], bool], process: RunningProcess, log: Path, seconds: float) -> None:
    """Return when `ready()` holds; raises PlatformError with the log's last words if the process ends or time is up."""
    deadline = time.monotonic() + seconds
    while not ready():
        if not process.alive:
            raise PlatformError(f"{process.name} ended while starting: {last_words(log)} (see {log})")
        if time.monotonic() > deadline:
            process.stop()
            raise PlatformError(f"{process.name} was not ready after {seconds:.0f} s: {last_words(log)} (see {log})")
        time.sleep(0.1)


def last_words(log: Path) -> str:
    """The end of a log, on one line."""
    text = log.read_text(errors="replace") if log.exists() else ""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not _CHATTER.match(line)]
    return " | ".join(lines[-3:])[-_LAST_WORDS:] or "it printed nothing"


def free_port(wanted: int = 0, service: str = "a service") -> int:
    """A free loopback port: the wanted one, or any when it is 0; raises PlatformError when the wanted one is taken."""
    if not wanted:
        return free_ports(1)[0]
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if not _binds(probe, wanted):
            raise PlatformError(
                f"port {wanted}, asked for {service}, is in use; name another one, or 0 for any free port"
            )
    return wanted


def free_ports(count: int) -> list[int]:
    """Free loopback ports, all different: they are held together until the last is found."""
    found: list[int] = []
    with ExitStack() as held:
        for port in random.sample(_PORTS, len(_PORTS)):
            if len(found) == count:
                return found
            if _binds(held.enter_context(socket.socket()), port):
                found.append(port)
    raise PlatformError(f"no {count} free ports from {_PORTS.start} to {_PORTS.stop - 1}; stop what holds them")


def _binds(probe: socket.socket, port: int) -> bool:
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


def listening(port: int) -> bool:
    """Whether something accepts connections at the loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0

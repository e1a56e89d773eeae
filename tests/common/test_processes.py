import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from common import processes
from common.errors import PlatformError
from common.processes import free_port, log_tail, recorded, start, stop_recorded, supervised, wait_until

SLEEPER = [
    sys.executable,
    "-c",
    "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])",
]


def begin(tmp_path: Path, command: list[str], name: str = "service") -> processes.RunningProcess:
    """Start a command with its log and its record in the test's folder."""
    return start(name, command, env=dict(os.environ), log=tmp_path / f"{name}.log", run=tmp_path / "run")


def descendants(pid: int) -> list[psutil.Process]:
    """Return the child processes of a process, recursively, as soon as there are two."""
    for _ in range(100):
        children = psutil.Process(pid).children(recursive=True)
        if len(children) >= 2:
            return children
        time.sleep(0.05)
    raise AssertionError("the command did not start its child")


def test_stopping_ends_the_command_and_what_it_started(tmp_path: Path) -> None:
    process = begin(tmp_path, supervised(SLEEPER))
    family = descendants(process.pid)

    assert stop_recorded(tmp_path / "run") == ["service"]

    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []
    assert recorded(tmp_path / "run") == []


def test_what_a_killed_process_started_dies_with_it_grandchildren_too(tmp_path: Path) -> None:
    code = (
        "import os, sys, time; from pathlib import Path; from common.processes import start, supervised; "
        f"start('s', supervised({SLEEPER!r}), env=dict(os.environ), log=Path({str(tmp_path / 'l')!r}), "
        f"run=Path({str(tmp_path / 'run')!r})); time.sleep(600)"
    )
    owner = subprocess.Popen([sys.executable, "-c", code])
    for _ in range(200):
        if list((tmp_path / "run").glob("*.json")):
            break
        time.sleep(0.05)
    family = descendants(recorded(tmp_path / "run")[0].pid)

    owner.send_signal(signal.SIGKILL)
    owner.wait()

    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []


def test_a_recorded_process_that_is_gone_is_not_mistaken_for_another(tmp_path: Path) -> None:
    process = begin(tmp_path, [sys.executable, "-c", ""])
    psutil.wait_procs([psutil.Process(process.pid)], timeout=5)
    reused = processes.RunningProcess(name="x", pid=os.getpid(), created=process.created - 1000)

    assert not process.alive
    assert not reused.alive


def test_a_service_that_ends_while_starting_reports_the_end_of_its_log(tmp_path: Path) -> None:
    process = begin(tmp_path, [sys.executable, "-c", "raise SystemExit('the disk is full')"])

    with pytest.raises(PlatformError, match="service exited during startup: the disk is full"):
        wait_until(lambda: False, process, tmp_path / "service.log", seconds=30)


def test_a_service_that_never_answers_is_stopped(tmp_path: Path) -> None:
    process = begin(tmp_path, supervised(SLEEPER))

    with pytest.raises(PlatformError, match="not ready after 1 s"):
        wait_until(lambda: False, process, tmp_path / "service.log", seconds=1)

    assert not process.alive


def test_a_taken_port_is_refused_with_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PlatformError, match=f"port {port}, requested for MLflow, is in use"):
            free_port(port, "MLflow")


def test_the_end_of_a_log_leaves_out_lines_of_sparks_logger(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("26/11/24 02:27:48 WARN SparkConf: noise\nthe landing file is missing\n\n")

    assert log_tail(log) == "the landing file is missing"
    assert log_tail(tmp_path / "none") == "no output"


@pytest.mark.parametrize(
    "before",
    [
        'Setting default log level to "WARN".\nTo adjust logging level use sc.setLogLevel(newLevel). For SparkR, ...\n',
        "26/11/24 02:27:48 ERROR Executor: Exception in task\n\tat java.base/java.lang.Thread.run(Thread.java:840)\n",
        'Traceback (most recent call last):\n  File "job.py", line 1\nValueError: wrong\n',
    ],
)
def test_the_reason_that_a_job_states_in_its_last_line_stands_alone(tmp_path: Path, before: str) -> None:
    log = tmp_path / "log"
    log.write_text(
        f"{before}ingest refused: the landing file is missing; land it\n26/11/24 02:27:49 ERROR Utils: noise\n"
    )

    assert log_tail(log) == "ingest refused: the landing file is missing; land it"


def test_ports_found_together_differ() -> None:
    ports = processes.free_ports(20)

    assert len(set(ports)) == 20


def test_ports_are_none_that_an_outgoing_connection_could_take() -> None:
    assert all(20_000 <= port < 32_000 for port in processes.free_ports(50))

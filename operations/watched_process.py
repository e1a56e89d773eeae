"""Run a program, keep its output in a file, and hand each line and each silent interval to its caller."""

import codecs
import os
import select
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

#: The CDK CLI asks for the code of an MFA device in a line without an end.
QUESTION = "MFA"


def run_watched(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    log: Path,
    on_line: Callable[[str], None],
    on_silence: Callable[[], None],
    seconds: float,
) -> int:
    """Run a command and return its exit code; `on_silence` is called after each `seconds` without output."""
    with (
        log.open("w") as output,
        subprocess.Popen(command, cwd=cwd, env=dict(env), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process,
    ):
        if process.stdout is None:
            raise ValueError("the process has no output pipe")
        _read(process.stdout, output, on_line, on_silence, seconds)
        return process.wait()


def _read(
    stream: IO[bytes], output: IO[str], on_line: Callable[[str], None], on_silence: Callable[[], None], seconds: float
) -> None:
    decoder, rest = codecs.getincrementaldecoder("utf-8")(errors="replace"), ""
    while True:
        ready, _, _ = select.select([stream], [], [], seconds)
        if not ready:
            on_silence()
            continue
        received = os.read(stream.fileno(), 65536)
        text = decoder.decode(received, final=not received)
        output.write(text)
        output.flush()
        *lines, rest = (rest + text).split("\n")
        for line in lines:
            on_line(line)
        if rest and (not received or QUESTION in rest):
            on_line(rest)
            rest = ""
        if not received:
            return

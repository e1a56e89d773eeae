"""Run a command that dies with the process that started it, also when that one is killed.

Linux tells the kernel (`PR_SET_PDEATHSIG`); elsewhere the next start stops what was left behind.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Replace this process by the command in the arguments, tied to the parent named first."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(f"{command[0]}: its parent, process {parent}, ended before it started")
    os.execvp(command[0], command)  # noqa: S606 - the point is to become the command


if __name__ == "__main__":
    main()

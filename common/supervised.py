"""Run a command and kill it, with all its child processes, when the parent process ends.

This process stays between the two, leads a process group and checks regularly whether its parent still runs. That
works without support from the kernel, covers grandchildren, and covers a parent that was killed.
"""

import argparse
import os
import pwd
import signal
import subprocess
import sys
import threading
import time

_POLL_SECONDS = 0.5


def main() -> None:
    """Run the command, as another user if one is given, and exit with its exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parent", type=int, default=0, help="process id of the parent; 0 for none")
    parser.add_argument("--user", help="user to run the command as; PostgreSQL refuses to run as root")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    command = arguments.command[1:]  # the first element is the separator --
    group = pwd.getpwnam(arguments.user).pw_gid if arguments.user else None
    child = subprocess.Popen(command, user=arguments.user, group=group)
    if arguments.parent:
        threading.Thread(target=_kill_group_after, args=(arguments.parent,), daemon=True).start()
    sys.exit(_shell_code(child.wait()))


def _kill_group_after(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL_SECONDS)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _shell_code(code: int) -> int:
    """Return the exit code as a shell reports it: 128 plus the signal number for a killed command."""
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    main()

"""Run a command that ends, with all it started, when the process that asked for it ends, killed or not.

This process stays between the two in a process group of its own and looks whether its parent is still there: that
needs no help of the kernel's, and reaches grandchildren too.
"""

import argparse
import os
import pwd
import signal
import subprocess
import sys
import threading
import time

_LOOK_SECONDS = 0.5


def main() -> None:
    """Run the command, as another user where one is named, and exit as it does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parent", type=int, default=0, help="process to end with; 0 for none")
    parser.add_argument("--user", help="user to become; PostgreSQL refuses to run as root")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    command = arguments.command[1:]  # the first word is the separator --
    group = pwd.getpwnam(arguments.user).pw_gid if arguments.user else None
    child = subprocess.Popen(command, user=arguments.user, group=group)
    if arguments.parent:
        threading.Thread(target=_end_with, args=(arguments.parent,), daemon=True).start()
    sys.exit(_shell_code(child.wait()))


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _shell_code(code: int) -> int:
    """The exit code as a shell gives it: 128 and the signal for a killed command."""
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    main()

"""Run a command that dies with the process that started it, also when that one is killed.

Linux tells the kernel (`PR_SET_PDEATHSIG`); elsewhere the next start stops what was left behind.
"""

import argparse
import ctypes
import os
import pwd
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Become the command, as another user where one is named, tied to the parent."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parent", type=int, default=0, help="process to die with; 0 for none")
    parser.add_argument("--user", help="user to become; PostgreSQL refuses to run as root")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    command = arguments.command[1:]  # the first word is the separator --
    if arguments.user:
        entry = pwd.getpwnam(arguments.user)
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
    if arguments.parent:
        if sys.platform == "linux":  # after setuid: a change of credentials clears the setting
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != arguments.parent:
            sys.exit(f"{command[0]}: its parent, process {arguments.parent}, ended before it started")
    os.execvp(command[0], command)  # noqa: S606 - the point is to become the command


if __name__ == "__main__":
    main()

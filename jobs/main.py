"""The entry point of all jobs, which runs a module of this package by name like `python -m`.

Spark steps name this file and ship the package as an archive (`--py-files`), so that a step is
`spark-submit ... main.py jobs.spark.ingest --month 2013-01` on EMR and on a laptop.
Glue passes named arguments only, among many of its own: there `--job_command` holds the same words in one.
"""

import os
import runpy
import shlex
import sys

from jobs.contracts.authorities import trust_private_authorities

_COMMAND = "--job_command"


def main() -> None:
    """Run the module named by the first argument with the arguments after it."""
    if _COMMAND in sys.argv[:-1]:
        sys.argv[1:] = shlex.split(sys.argv[sys.argv.index(_COMMAND) + 1])
    if len(sys.argv) < 2 or not sys.argv[1].startswith("jobs."):
        sys.exit(f"usage: main.py jobs.<package>.<module> [arguments]; received {sys.argv[1:]}")
    sys.argv = sys.argv[1:]
    trust_private_authorities(os.environ)
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()

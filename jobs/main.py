"""The entry point of all jobs, which runs a module of this package by name like `python -m`.

Spark steps name this file and ship the package as an archive (`--py-files`), so that a step is
`spark-submit ... main.py jobs.spark.ingest --month 2013-01` on EMR and on a laptop.
Glue passes named arguments only, among many of its own: there `--job_command` holds the same words in one.
This file starts under the default interpreter of an engine, so it is written for Python 3.9.
"""

import os
import runpy
import shlex
import sys

_COMMAND = "--job_command"
#: Jobs are written for this version; engines have newer ones beside their default, 3.9 on EMR and EMR Serverless 7.
_LEAST = (3, 11)
_PYTHONS = ("/usr/bin/python3.11", "/usr/bin/python3.12", "/usr/bin/python3.13")


def main() -> None:
    """Run the module named by the first argument with the arguments after it."""
    _require_python()
    from jobs.contracts.authorities import trust_private_authorities  # noqa: PLC0415 - needs the required version

    if _COMMAND in sys.argv[:-1]:
        sys.argv[1:] = shlex.split(sys.argv[sys.argv.index(_COMMAND) + 1])
    if len(sys.argv) < 2 or not sys.argv[1].startswith("jobs."):
        sys.exit(f"usage: main.py jobs.<package>.<module> [arguments]; received {sys.argv[1:]}")
    sys.argv = sys.argv[1:]
    trust_private_authorities(os.environ)
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _require_python() -> None:
    """Start again under the first interpreter that jobs can run with; the environment leads it to the same JVM."""
    if sys.version_info >= _LEAST:
        return
    found = next((path for path in _PYTHONS if os.access(path, os.X_OK)), None)
    if found is None:
        sys.exit(
            f"Python {sys.version.split()[0]}: jobs need 3.11 or newer, and {', '.join(_PYTHONS)} do not exist here; "
            "choose another engine in the setting `engines`"
        )
    # Workers must run the version of the driver.
    os.environ["PYSPARK_PYTHON"] = found
    os.execv(found, [found, *sys.argv])  # noqa: S606 - no shell is needed


if __name__ == "__main__":
    main()

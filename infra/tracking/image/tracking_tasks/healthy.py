"""Container health check: MLflow responds, and the database accepts the password of this task.

ECS reads secrets when a task starts. After RDS has rotated the password, open connections continue and new ones fail,
so the check fails and ECS replaces the task. An unreachable database is not a failure, because a new task cannot help.
"""

import ssl
import sys
import urllib.request

import psycopg2

_SECONDS = 4
_REFUSED = "password authentication failed"


def main() -> None:
    """Exit with 0 if the server at the URL in the first argument responds and the database accepts the password."""
    context = ssl.create_default_context()
    # The task generated its own certificate at start.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    urllib.request.urlopen(sys.argv[1], timeout=_SECONDS, context=context).close()  # noqa: S310 - https to itself
    try:
        psycopg2.connect("", connect_timeout=_SECONDS).close()
    except psycopg2.OperationalError as error:
        if _REFUSED in str(error):
            sys.exit(f"unhealthy: {error}")


if __name__ == "__main__":
    main()

"""Whether this task should live: MLflow answers, and the database takes the password the task was started with.

ECS reads secrets when a task starts. When RDS has rotated the password, open connections go on and new ones fail, so
the task says that it is unhealthy and ECS replaces it. A database that is away is no reason: a new task would not help.
"""

import ssl
import sys
import urllib.request

import psycopg2

_SECONDS = 4
_REFUSED = "password authentication failed"


def main() -> None:
    """Exit with 0 when the server at the URL given as argument answers and may log in."""
    context = ssl.create_default_context()
    # The certificate was made by the task itself a moment before.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    urllib.request.urlopen(sys.argv[1], timeout=_SECONDS, context=context).close()  # noqa: S310 - https to itself
    try:
        psycopg2.connect("", connect_timeout=_SECONDS).close()
    except psycopg2.OperationalError as error:
        if _REFUSED in str(error):
            sys.exit(f"unhealthy: {error}")


if __name__ == "__main__":
    main()

"""Entry point of the command line, `python -m cli`, which the Make targets call.

It starts itself again in an environment that takes from the user's shell only what the command may have.
"""

import sys

from common import environment

#: Commands that act on the user's AWS account or read the user's files, with the variables of the user's shell.
USER_COMMANDS = frozenset(
    {
        *("airflow-endpoints", "airflow-smoke", "cdk", "clear-failed", "deploy", "doctor", "drift", "field-ids"),
        *("land", "new", "teardown"),
    }
)
#: Commands that download.
SETUP_COMMANDS = frozenset({"deploy-emulated", "requirements"})


def kind_of(arguments: list[str]) -> str:
    """Return the kind of environment of the command, which is the first argument that is not an option."""
    command = next((argument for argument in arguments if not argument.startswith("-")), "")
    return "user" if command in USER_COMMANDS else "setup" if command in SETUP_COMMANDS else "local"


def main() -> None:
    """Run a command; errors that the user can correct are printed without a traceback and exit with 1."""
    # All other modules are imported in the new environment.
    kind = kind_of(sys.argv[1:])
    environment.enter(kind, "cli", sys.argv[1:])
    from cli.application import run  # noqa: PLC0415

    run(uses_account=kind == "user")


if __name__ == "__main__":
    main()
